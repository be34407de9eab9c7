"""Manifests as values; JSON is YAML, so that they are written as that."""
import json


def step(image, command=None, name="only", **more):
    program = {"command": command} if command else {}
    return {"name": name, "image": image, "imagePullPolicy": "Never", **program, **more}


def task(name, steps, after=(), params=None, workspaces=None, **spec):
    """A pipeline task with its Task inside; params and workspaces are those of the pipeline task."""
    outside = {"name": name}
    if after:
        outside["runAfter"] = list(after)
    if params:
        outside["params"] = [{"name": key, "value": value} for key, value in params.items()]
        spec["params"] = [{"name": key} for key in params]
    if workspaces:
        outside["workspaces"] = [{"name": key, "workspace": value} for key, value in workspaces.items()]
        spec["workspaces"] = [{"name": key} for key in workspaces]
    return {**outside, "taskSpec": {"steps": steps, **spec}}


def pipeline_run(name, tasks, workspaces=None, **spec):
    """A PipelineRun with its Pipeline inside; workspaces are what each name is bound to."""
    inside = {"tasks": tasks}
    if workspaces:
        inside["workspaces"] = [{"name": key} for key in workspaces]
        spec["workspaces"] = [{"name": key, **binding} for key, binding in workspaces.items()]
    return document("PipelineRun", name, {"pipelineSpec": inside, **spec})


def pipeline(name, tasks, workspaces=()):
    """A Pipeline by itself; workspaces are names that its run binds."""
    return document("Pipeline", name, {"tasks": tasks, "workspaces": [{"name": key} for key in workspaces]})


def task_run(name, steps, **more):
    return document("TaskRun", name, {"taskSpec": {"steps": steps, **more}})


def document(kind, name, spec):
    return {"apiVersion": "tekton.dev/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def claim_template(size="16Mi"):
    requests = {"requests": {"storage": size}}
    return {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"], "resources": requests}}}


def write(path, *documents):
    path.write_text("\n---\n".join(json.dumps(document, indent=1) for document in documents) + "\n")
