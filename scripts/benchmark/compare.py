#!/usr/bin/env python3
"""Times drydock against the engine's floor, in turn, and prints the ratio of the medians.

A scenario is a Task with a number of steps that do nothing. Its floor is the quickest way to run the same
containers over the engine's API alone: one after the other, or all started at once with their order left to
a program inside.
"""
import argparse
import concurrent.futures
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import engine

IMAGE = "drydock-samples/benchmark-busybox:1"
SCENARIOS = {"one-step": 1, "two-steps": 2, "ten-steps": 10}


def manifest(steps):
    lines = [
        "apiVersion: tekton.dev/v1", "kind: TaskRun", "metadata: {name: benchmark}", "spec:", "  taskSpec:", "    steps:",
    ]
    lines += [f"      - {{name: s{n}, image: '{IMAGE}', imagePullPolicy: Never, command: ['true']}}" for n in range(steps)]
    return "\n".join(lines) + "\n"


class Floor:
    def __init__(self, pool):
        self.pool = pool

    def one(self):
        container = engine.create(IMAGE, ["true"], "bridge")
        engine.start(container)
        engine.wait(container)
        engine.remove(container)

    def together(self, steps):
        """All at once; steps that have nothing to wait for stand for steps that are held back inside."""
        owner, containers = self.make(steps)
        list(self.pool.map(engine.start, containers))
        list(self.pool.map(engine.wait, containers))
        list(self.pool.map(engine.remove, [owner, *containers]))

    def in_turn(self, steps):
        owner, containers = self.make(steps)
        for container in containers:
            engine.start(container)
            engine.wait(container)
        list(self.pool.map(engine.remove, [owner, *containers]))

    def make(self, steps):
        """A container that owns the network, as a Pod of several containers has one, and those that join it."""
        owner = engine.create(IMAGE, ["sleep", "1000"], "bridge")
        started = self.pool.submit(engine.start, owner)
        network = f"container:{owner}"
        containers = list(self.pool.map(lambda _: engine.create(IMAGE, ["true"], network), range(steps)))
        started.result()
        return owner, containers

    def shapes(self, steps):
        if steps == 1:
            return [self.one]
        return [lambda: self.together(steps), lambda: self.in_turn(steps)]


def seconds(action):
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def make_image():
    """An image of the machine's static busybox, under a name of our own."""
    if subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True).returncode == 0:
        return False
    with tempfile.TemporaryDirectory() as folder:
        programs = pathlib.Path(folder, "bin")
        programs.mkdir()
        (programs / "busybox").write_bytes(pathlib.Path("/bin/busybox").read_bytes())
        (programs / "busybox").chmod(0o755)
        for name in ("sh", "sleep", "true"):
            (programs / name).symlink_to("busybox")
        archive = subprocess.run(["tar", "-C", folder, "-c", "."], check=True, capture_output=True).stdout
        subprocess.run(["docker", "import", "-", IMAGE], input=archive, check=True, capture_output=True)
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drydock", required=True, help="the program to time")
    parser.add_argument("-n", "--rounds", type=int, default=9)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS))
    options = parser.parse_args()
    names = options.scenarios or ["one-step", "ten-steps"]
    for name in set(names) - set(SCENARIOS):
        parser.error(f"there is no scenario '{name}'; there are {', '.join(SCENARIOS)}")

    has_made_image = make_image()
    try:
        with tempfile.TemporaryDirectory() as home, concurrent.futures.ThreadPoolExecutor(32) as pool:
            environment = {**os.environ, "HOME": home, "XDG_STATE_HOME": f"{home}/state", "XDG_DATA_HOME": f"{home}/data"}
            floor = Floor(pool)
            print(f"{'scenario':<12} {'floor':>8} {'drydock':>8} {'ratio':>6}")
            for name in names:
                path = pathlib.Path(home, f"{name}.yaml")
                path.write_text(manifest(SCENARIOS[name]))
                command = [options.drydock, "run", "-f", str(path)]

                def run():
                    ended = subprocess.run(command, capture_output=True, text=True, env=environment)
                    if ended.returncode:
                        sys.exit(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stderr}")

                actions = [run, *floor.shapes(SCENARIOS[name])]
                for action in actions:  # once to warm up, not counted
                    action()
                times = [[seconds(action) for action in actions] for _ in range(options.rounds)]
                medians = [statistics.median(column) for column in zip(*times)]
                least = min(medians[1:])
                ratio = medians[0] / least
                print(f"{name:<12} {least * 1000:6.0f}ms {medians[0] * 1000:6.0f}ms {ratio:6.2f}", flush=True)
    finally:
        if has_made_image:
            subprocess.run(["docker", "image", "rm", IMAGE], capture_output=True)


if __name__ == "__main__":
    main()
