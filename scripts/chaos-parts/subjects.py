"""The runs that are ended: one for each kind of thing that a run can leave behind."""
import os
import pathlib
import typing

import manifests
from manifests import pipeline, pipeline_run, step, task

CLONE_TASK = pathlib.Path(__file__).resolve().parents[2] / "samples/course/git-clone.yaml"


class Subject(typing.NamedTuple):
    documents: list
    #: Further arguments of `drydock run`.
    arguments: tuple = ()
    #: The claims that are to last.
    claims: tuple = ()
    #: Whether its steps may add to the user's own directory.
    adds: bool = False
    #: Whether it is run again afterwards, as what it left in the cache must not be in its way.
    again: bool = False


def everything(image, directory, repository):
    """All subjects, by name; `directory` is one of the user's, `repository` the URL of one to clone."""
    def storing(script, **more):
        return [task("work", [step(image, script=script, **more)], workspaces={"store": "store"})]

    store = "$(workspaces.store.path)"
    writing = f"cd {store}; for i in $(seq 20); do mkdir -p made/$i; echo $i | tee made/$i/file; usleep 50000; done"
    ruining = f"cd {store}; for i in $(find . -type f); do echo over > $i; usleep 20000; done; rm -rf ./*; sleep 1"
    # What belongs to nobody of this machine; a user who is not root gets root's files instead.
    stranger = {"securityContext": {"runAsUser": 12345}} if os.getuid() == 0 else {}
    server = {
        "name": "server",
        "image": image,
        "imagePullPolicy": "Never",
        "script": "trap '' TERM; mkdir /www; httpd -p 8080 -h /www; while true; do sleep 1; done",
    }
    steps = [step(image, name=f"s{number}", script=f"echo {number}; usleep 80000") for number in range(10)]
    cloning = {
        "name": "clone",
        "taskRef": {"name": "git-clone"},
        "params": [{"name": "url", "value": repository}],
        "workspaces": [{"name": "output", "workspace": "store"}],
    }
    reading = task(
        "read", [step(image, script=f"ls {store} | wc -l; sleep 1")], ["clone"], workspaces={"store": "store"}
    )
    parallel = pipeline_run("chaos", [task(f"t{n}", [step(image, script="echo here; sleep 1")]) for n in range(6)])
    parallel["spec"]["pipelineSpec"]["finally"] = [task("last", [step(image, script="echo at last")])]
    deaf = "trap '' TERM INT HUP; echo here; for i in 1 2 3; do sleep 1; done"
    endless = "yes a line of an endless log | head -n 2000000; sleep 1"
    return {
        "one step": Subject([manifests.task_run("chaos", [step(image, script="echo here; sleep 1")])]),
        "ten steps": Subject([manifests.task_run("chaos", steps)]),
        "parallel tasks": Subject([parallel]),
        "sidecar": Subject(
            [pipeline_run("chaos", [task("ask", [step(image, script="echo here; sleep 1")], sidecars=[server])])]
        ),
        "copied directory": Subject(
            [pipeline("chaos", storing(ruining), ["store"])],
            ("pipeline/chaos", "-w", f"name=store,path={directory}"),
        ),
        "own directory": Subject(
            [pipeline("chaos", storing(writing, **stranger), ["store"])],
            ("pipeline/chaos", "-w", f"name=store,path={directory},rw"),
            adds=True,
        ),
        "lasting claim": Subject(
            [pipeline_run("chaos", storing(writing), {"store": {"persistentVolumeClaim": {"claimName": "kept"}}})],
            claims=("kept",),
            again=True,
        ),
        "claim of the run": Subject(
            [pipeline_run("chaos", storing(writing), {"store": manifests.claim_template()})]
        ),
        "deaf step": Subject([manifests.task_run("chaos", [step(image, script=deaf)])]),
        "clone": Subject(
            [pipeline_run("chaos", [cloning, reading], {"store": manifests.claim_template()})],
            ("-f", str(CLONE_TASK)),
            again=True,
        ),
        "flood": Subject([manifests.task_run("chaos", [step(image, script=endless)])]),
    }


def bystander(image, directory):
    """A run that lives beside the one that is ended, until a file lets it end."""
    script = "echo alive; until [ -e $(workspaces.gate.path)/open ]; do usleep 50000; done; echo unharmed"
    beside = {"name": "beside", "image": image, "imagePullPolicy": "Never", "script": "sleep 1000"}
    waiting = task("wait", [step(image, script=script)], workspaces={"gate": "gate"}, sidecars=[beside])
    return Subject(
        [pipeline("bystander", [waiting], ["gate"])],
        ("pipeline/bystander", "-w", f"name=gate,path={directory},ro"),
    )


def trivial(image):
    return Subject([manifests.task_run("next", [step(image, ["true"])])])
