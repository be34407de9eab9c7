"""The figures that have no floor: hand-off from step to step, a step that waits, the start of the program, memory."""
import pathlib
import random
import re
import statistics
import subprocess
import tempfile
import time
import typing

import manifests
from manifests import pipeline_run, step, task

STAMP = "date +%s%N"


class Figure(typing.NamedTuple):
    name: str
    unit: str
    #: The value is to stay below it.
    goal: float
    measure: typing.Callable


def everything(program, entrypoint, image, folder, rounds):
    return [
        Figure("hand-off on the host", "ms", 5, lambda: handoff_on_host(entrypoint, 2 * rounds)),
        Figure("hand-off in containers", "ms", 5, lambda: handoff_in_containers(program, image, folder, rounds)),
        Figure("a waiting entrypoint, a minute", "ms", 10, lambda: waiting(entrypoint)),
        Figure("drydock --version", "ms", 30, lambda: starting(program)),
        Figure("memory with twenty tasks", "MB", 60, lambda: memory(program, image, folder)),
        Figure("a Pipeline of 1000 tasks planned", "ms", 300, lambda: planning(program, folder)),
        Figure("1000 tasks without containers", "ms", 3000, lambda: thousand(program, folder).seconds * 1000),
        Figure("memory with 1000 tasks", "MB", 200, lambda: thousand(program, folder).megabytes),
        Figure("a task's cost, of 2000 over of 1000", "", 1.3, lambda: growth(program, folder)),
    ]


def started(entrypoint, folder, *arguments):
    """An entrypoint by itself, with the flags that Tekton gives its own."""
    return subprocess.Popen([entrypoint, *map(str, arguments)], env={"HOME": folder, "PATH": "/usr/bin:/bin"})


def handoff_on_host(entrypoint, samples):
    """Milliseconds from the end of one step's command to the start of the next one's."""
    def sample():
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder)
            second = started(
                entrypoint, folder, "-wait_file", place / "out", "-termination_path", place / "second",
                "-entrypoint", "sh", "--", "-c", f"{STAMP} > {place}/began",
            )  # fmt: skip
            # A waiter that looked only now and then is to be met at any moment.
            first = started(
                entrypoint, folder, "-post_file", place / "out", "-termination_path", place / "first",
                "-entrypoint", "sh", "--", "-c", f"sleep {0.5 + random.random():.3f}; {STAMP} > {place}/ended",
            )  # fmt: skip
            if first.wait() or second.wait():
                raise RuntimeError(f"{entrypoint} ended with {first.returncode} and {second.wait()}")
            return (int((place / "began").read_text()) - int((place / "ended").read_text())) / 1e6

    return statistics.median(sample() for _ in range(samples))


def handoff_in_containers(program, image, folder, samples):
    """The same between two steps of a Task; the first sleeps until the second is there."""
    path = folder / "hand-off.yaml"
    # Written in full: busybox's shell has a date of its own, without nanoseconds.
    scripts = [f"sleep 1.{random.randrange(10)}; /usr/bin/{STAMP}", f"/usr/bin/{STAMP}"]
    steps = [step(image, name=f"s{number}", script=script) for number, script in enumerate(scripts)]
    manifests.write(path, manifests.task_run("hand-off", steps))

    def sample():
        stamps = re.findall(rb"\b\d{19}\b", program.run("run", "-f", path).output)
        if len(stamps) != 2:
            raise RuntimeError(f"two steps printed {len(stamps)} times")
        return (int(stamps[1]) - int(stamps[0])) / 1e6

    return statistics.median(sample() for _ in range(samples))


def waiting(entrypoint, seconds=20):
    """Milliseconds of processor time that an entrypoint takes a minute while it waits for its turn."""
    with tempfile.TemporaryDirectory() as folder:
        process = started(
            entrypoint, folder, "-wait_file", f"{folder}/out", "-termination_path", f"{folder}/message",
            "-entrypoint", "true",
        )  # fmt: skip
        try:
            time.sleep(1)
            before = processor_time(process.pid)
            time.sleep(seconds)
            return (processor_time(process.pid) - before) * 60 / seconds
        finally:
            process.kill()
            process.wait()


def processor_time(pid):
    """Milliseconds of all threads; `stat` counts in hundredths of a second, which is too coarse here."""
    schedules = pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(path.read_text().split()[0]) for path in schedules) / 1e6


def starting(program):
    return statistics.median(program.run("--version").seconds for _ in range(20)) * 1000


def memory(program, image, folder):
    """The most megabytes that are resident while twenty tasks run."""
    path = folder / "twenty.yaml"
    script = "for i in $(seq 20); do echo still here; usleep 100000; done"
    tasks = [task(f"t{number}", [step(image, script=script)]) for number in range(20)]
    manifests.write(path, pipeline_run("twenty", tasks))
    return program.run("run", "--max-parallel", 20, "-f", path).megabytes


def expressions(folder, count):
    """A run of so many tasks that are expressions: ten chains, each link with the result of the one before."""
    tasks = []
    for number in range(count):
        value = "1" if number < 10 else f"$(tasks.t{number - 10}.results.x) + 1"
        tasks.append({
            "name": f"t{number}",
            "taskRef": {"apiVersion": "cel.tekton.dev/v1alpha1", "kind": "CEL"},
            "params": [{"name": "x", "value": value}],
        })  # fmt: skip
    path = folder / f"expressions-{count}.yaml"
    manifests.write(path, pipeline_run(f"expressions-{count}", tasks))
    return path


def thousand(program, folder, count=1000):
    """What it takes to run tasks that need no container: nothing but the scheduler and what tells of it."""
    return program.run("run", "-f", expressions(folder, count))


def growth(program, folder):
    """How much dearer a task is among twice as many; what a run costs whatever is in it left out."""
    seconds = {
        count: statistics.median(thousand(program, folder, count).seconds for _ in range(5)) for count in (10, 1000, 2000)
    }
    return (seconds[2000] - seconds[10]) / 2 / (seconds[1000] - seconds[10])


def planning(program, folder):
    """Reads, checks and plans a Pipeline, and says which images it needs; the start of the program counts too."""
    tasks = [
        task(f"t{number}", [step("nothing:1", ["true"])], after=[f"t{number - 10}"] if number >= 10 else ())
        for number in range(1000)
    ]
    path = folder / "planned.yaml"
    manifests.write(path, pipeline_run("planned", tasks))
    return statistics.median(program.run("images", "list", "-f", path).seconds for _ in range(5)) * 1000
