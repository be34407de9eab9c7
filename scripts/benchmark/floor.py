"""The quickest ways to run the containers of a scenario with the engine's API alone."""
import concurrent.futures
import threading
import time
import typing

import engine

#: The shape that is never the floor, though it is the quickest: its Pods share their ports.
ON_HOST = "on the host's network"


class Pod(typing.NamedTuple):
    """Containers that share a network: one command each, and how the Pods before it are called."""

    name: str
    commands: list
    after: tuple = ()
    #: What runs beside the commands and is ended with them.
    sidecar: list | None = None


class Floor:
    """Runs the Pods of a scenario once.

    At most `at_once` calls that change something are under way at a time. Where `is_ordered`, a container starts when
    what it waits for has ended; else all start at once, as if a program inside kept the order at no cost.
    """

    def __init__(self, image, pods, is_ordered, at_once, network="bridge"):
        self.image, self.pods, self.is_ordered, self.network = image, pods, is_ordered, network
        self.gate = threading.Semaphore(at_once)
        self.ended = {pod.name: threading.Event() for pod in pods}
        self.removals = []

    def seconds(self):
        began = time.perf_counter()
        with concurrent.futures.ThreadPoolExecutor(64) as self.workers:
            runs = [self.workers.submit(self.run, pod) for pod in self.pods]
            for run in runs:
                run.result()
            for removal in list(self.removals):
                removal.result()
            took = time.perf_counter() - began
        return took

    def gated(self, action, *arguments):
        with self.gate:
            return action(*arguments)

    def remove(self, container):
        self.removals.append(self.workers.submit(self.gated, engine.remove, container))

    def run(self, pod):
        try:
            if len(pod.commands) == 1 and not pod.sidecar:
                self.run_alone(pod)
            else:
                self.run_together(pod)
        finally:
            self.ended[pod.name].set()

    def await_those_before(self, pod):
        for name in pod.after if self.is_ordered else ():
            self.ended[name].wait()

    def run_alone(self, pod):
        container = self.gated(engine.create, self.image, pod.commands[0], self.network)
        self.await_those_before(pod)
        self.gated(engine.start, container)
        engine.wait(container)
        self.remove(container)

    def run_together(self, pod):
        owner = self.gated(engine.create, self.image, pod.sidecar or ["sleep", "1000"], self.network)
        start = self.workers.submit(self.gated, engine.start, owner)
        network = f"container:{owner}" if self.network == "bridge" else self.network
        containers = list(
            self.workers.map(lambda command: self.gated(engine.create, self.image, command, network), pod.commands)
        )
        start.result()
        self.await_those_before(pod)
        if self.is_ordered:
            for container in containers:
                self.gated(engine.start, container)
                engine.wait(container)
                self.remove(container)
        else:
            list(self.workers.map(lambda container: self.gated(engine.start, container), containers))
            list(self.workers.map(engine.wait, containers))
            for container in containers:
                self.remove(container)
        self.remove(owner)


def shapes(image, pods):
    """The ways that can be the quickest, by name; each does all of it and returns the seconds it took."""
    def shape(*how):
        return lambda: Floor(image, pods, *how).seconds()

    named = {"in order": shape(True, 20)}
    # Order is all that is waited for where every command does nothing.
    is_plain = all(command == ["true"] for pod in pods for command in pod.commands)
    if is_plain and (len(pods) > 1 or len(pods[0].commands) > 1):
        named["started at once"] = shape(False, 20)
    if len(pods) >= 8:
        named["in order, four calls at once"] = shape(True, 4)
    # The last, so that the kernel has taken the others' networks down before drydock's turn.
    named[ON_HOST] = shape(True, 20, "host")
    return named


def output(image, command, lines=None):
    """The shapes of a scenario that is about output: seconds to its first bytes, or to the end of so many lines."""
    def seconds(network):
        began = time.perf_counter()
        first, count = None, 0
        container = engine.create(image, command, network, hears=True)
        heard = engine.Output(container)
        engine.start(container)
        for text in heard.frames():
            first = first or time.perf_counter() - began
            count += text.count(b"\n")
        engine.wait(container)
        engine.remove(container)
        if lines is None:
            return first
        if count != lines:
            raise RuntimeError(f"the engine delivered {count} lines of {lines}")
        return time.perf_counter() - began

    return {"attached": lambda: seconds("bridge"), ON_HOST: lambda: seconds("host")}
