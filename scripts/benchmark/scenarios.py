"""What is measured: each scenario as the manifest that drydock gets, and as what the engine alone would be asked."""
import typing

import floor
import manifests
from floor import Pod
from manifests import pipeline_run, step, task

LINES = 200_000
LINE = "log line %06d of a long and very ordinary build log"
MARKER = "first-line-marker"
TRUE, SLEEP_1, SLEEP_2 = ["true"], ["sleep", "1"], ["sleep", "2"]


class Scenario(typing.NamedTuple):
    manifest: dict
    #: The ways to do the same with the engine alone, by name: each does it and returns the seconds it took.
    shapes: dict
    #: The greatest ratio that will do.
    goal: float | None = None
    #: What the output is looked through for: nothing, the time of the "first" line, or "all" lines.
    output: str | None = None


def everything(image):
    """All scenarios, by name, in the order of the table."""
    def of_pods(*pods, goal=None):
        tasks = [task(pod.name, [step(image, pod.commands[0])], pod.after) for pod in pods]
        return Scenario(pipeline_run("benchmark", tasks), floor.shapes(image, list(pods)), goal)

    def of_steps(count, goal):
        run = manifests.task_run("benchmark", [step(image, TRUE, f"s{number}") for number in range(count)])
        return Scenario(run, floor.shapes(image, [Pod("only", [TRUE] * count)]), goal)

    fan = [Pod("seed", [TRUE]), *(Pod(name, [TRUE], ("seed",)) for name in "abc"), Pod("join", [TRUE], tuple("abc"))]
    counting = ["awk", f'BEGIN {{ for (i = 1; i <= {LINES}; i++) printf "{LINE}\\n", i }}']
    speaking = f"echo {MARKER}; sleep 1; echo last-line-marker"
    return {
        "one-step": of_steps(1, goal=1.15),
        "ten-steps": of_steps(10, goal=1.25),
        "sequence-10": of_pods(
            *(Pod(f"t{number}", [TRUE], (f"t{number - 1}",) if number else ()) for number in range(10)), goal=1.8
        ),
        "parallel-20": of_pods(*(Pod(f"t{number}", [TRUE]) for number in range(20)), goal=1.15),
        "uneven": of_pods(
            Pod("quick-1", [TRUE]),
            Pod("slow-2", [SLEEP_2], ("quick-1",)),
            Pod("slow-1", [SLEEP_2]),
            Pod("quick-2", [TRUE], ("slow-1",)),
            goal=1.3,
        ),
        "sidecar": Scenario(
            sidecar(image), floor.shapes(image, [Pod("client", [TRUE], sidecar=["sleep", "1000"])]), goal=1.5
        ),
        "workspace": Scenario(
            workspace(image), floor.shapes(image, [Pod("write", [TRUE]), Pod("read", [TRUE], ("write",))])
        ),
        "fanout-results": Scenario(fanout(image), floor.shapes(image, fan)),
        "parallel-8-sleep": of_pods(*(Pod(f"t{number}", [SLEEP_1]) for number in range(8))),
        "first-line": Scenario(
            pipeline_run("benchmark", [task("hello", [step(image, script=speaking)])]),
            floor.output(image, ["sh", "-c", speaking]),
            goal=1.15,
            output="first",
        ),
        "log-200k": Scenario(
            pipeline_run("benchmark", [task("shout", [step(image, counting)])]),
            floor.output(image, counting, LINES),
            goal=1.3,
            output="all",
        ),
    }


def sidecar(image):
    """A step that asks a server beside it."""
    serving = "mkdir -p /www && echo ready > /www/index.html && exec httpd -f -p 8080 -h /www"
    asking = """
        n=0
        until wget -q -O - http://127.0.0.1:8080/index.html; do
            n=$((n+1)); test $n -lt 100; usleep 50000
        done
    """
    server = {"name": "server", "image": image, "imagePullPolicy": "Never", "script": serving}
    return pipeline_run("benchmark", [task("client", [step(image, script=asking)], sidecars=[server])])


def workspace(image):
    """A task that writes and one that reads what it wrote."""
    def using(name, script, after=()):
        return task(name, [step(image, script=script)], after, workspaces={"store": "shared"})

    tasks = [
        using("write", "echo content > $(workspaces.store.path)/file"),
        using("read", 'test "$(cat $(workspaces.store.path)/file)" = content', ["write"]),
    ]
    return pipeline_run("benchmark", tasks, {"shared": manifests.claim_template()})


def fanout(image):
    """A result that three tasks add to, and a task that wants all three sums."""
    def result_of(name):
        return f"$(tasks.{name}.results.number)"

    numbers = [{"name": "number"}]
    tasks = [task("seed", [step(image, script="printf 7 > $(results.number.path)")], results=numbers)]
    for addend, name in enumerate("abc", 1):
        adding = f"expr $(params.number) + {addend} | tr -d '\\n' > $(results.number.path)"
        tasks.append(
            task(name, [step(image, script=adding)], params={"number": result_of("seed")}, results=numbers)
        )
    sums = " ".join(result_of(name) for name in "abc")
    checking = 'test "$(params.sums)" = "8 9 10"'
    return pipeline_run("benchmark", [*tasks, task("join", [step(image, script=checking)], params={"sums": sums})])
