#!/usr/bin/env python3
"""Times drydock against the engine's floor, in turn, and prints the ratios beside their goals.

Each round runs every shape of a scenario's floor and then drydock, so that a busy moment of the machine touches both.
The floor is the shape on a bridge with the least median; the ratio is the median of the rounds' ratios to it.
"""
import argparse
import os
import pathlib
import re
import statistics
import sys
import tempfile

import engine
import figures
import floor
import image
import manifests
import scenarios
from program import Program

IMAGE = "drydock-samples/benchmark-busybox:2"


def options():
    names = [*scenarios.everything(IMAGE), "figures"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drydock", required=True, help="the program to time; its entrypoint lies beside it")
    parser.add_argument("-n", "--rounds", type=int, default=9, help="how often, after one round to warm up (9)")
    parser.add_argument("--check", action="store_true", help="end with 1 where a goal is missed")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(names) + "; without any: all")
    given = parser.parse_args()
    if given.rounds < 1:
        parser.error("--rounds must be at least 1")
    if not os.access(given.drydock, os.X_OK):
        parser.error(f"there is no program at {given.drydock}")
    for name in set(given.scenarios) - set(names):
        parser.error(f"there is no scenario '{name}'; there are {', '.join(names)}")
    given.scenarios = given.scenarios or names
    return given


def entrypoint_of(drydock):
    folder = pathlib.Path(drydock).resolve().parent
    for place in (folder / "drydock-entrypoint", folder.parent / "libexec/drydock/drydock-entrypoint"):
        if place.exists():
            return str(place)
    sys.exit(f"there is no drydock-entrypoint beside {drydock}")


def measured(scenario, program, path):
    """The seconds that drydock takes for a scenario, its output looked through."""
    ended = program.run("run", "-f", path, marker=scenarios.MARKER.encode() if scenario.output == "first" else None)
    if scenario.output == "all":
        numbers = re.findall(rb"log line (\d+) of a long and very ordinary build log\n", ended.output)
        if numbers != [b"%06d" % number for number in range(1, scenarios.LINES + 1)]:
            raise RuntimeError(f"{len(numbers)} lines of {scenarios.LINES} came, or not in their order")
    if scenario.output != "first":
        return ended.seconds
    if ended.first is None:
        raise RuntimeError("the first line did not come")
    return ended.first


def compare(chosen, program, folder, rounds):
    """The times of every scenario: a list of seconds for drydock and for each shape of the floor."""
    times = {name: {shape: [] for shape in ["drydock", *scenario.shapes]} for name, scenario in chosen.items()}
    for number in range(rounds + 1):
        for name, scenario in chosen.items():
            path = folder / f"{name}.yaml"
            manifests.write(path, scenario.manifest)
            taken = {shape: action() for shape, action in scenario.shapes.items()}
            taken["drydock"] = measured(scenario, program, path)
            for shape, seconds in taken.items() if number else ():
                times[name][shape].append(seconds)
        print(f"round {number} of {rounds}", file=sys.stderr)
    return times


def row(name, scenario, times):
    """Prints a line of the table; False where the goal is missed."""
    shapes = [shape for shape in scenario.shapes if shape != floor.ON_HOST]
    best = min(shapes, key=lambda shape: statistics.median(times[shape]))
    ratio = statistics.median(own / least for own, least in zip(times["drydock"], times[best]))
    least, own = (statistics.median(times[shape]) * 1000 for shape in (best, "drydock"))
    goal = f"{scenario.goal:6.2f}" if scenario.goal else "     –"
    is_met = not scenario.goal or ratio <= scenario.goal
    print(f"{name:<17}{least:7.0f} ms{own:7.0f} ms{ratio:7.2f} {goal}  {'' if is_met else 'over '}  {best}")
    return is_met


def main():
    given = options()
    has_made_image = image.make(IMAGE)
    try:
        with tempfile.TemporaryDirectory(prefix="drydock-benchmark-") as home:
            folder = pathlib.Path(home)
            program = Program(given.drydock, folder)
            everything = scenarios.everything(IMAGE)
            chosen = {name: everything[name] for name in given.scenarios if name in everything}
            are_met = []
            if chosen:
                times = compare(chosen, program, folder, given.rounds)
                print(f"{'scenario':<17}{'floor':>10}{'drydock':>10}{'ratio':>7} {'goal':>6}         the floor's shape")
                are_met += [row(name, scenario, times[name]) for name, scenario in chosen.items()]
            if "figures" in given.scenarios:
                print(f"{'figure':<37}{'value':>7}      goal")
                entrypoint = entrypoint_of(given.drydock)
                for figure in figures.everything(program, entrypoint, IMAGE, folder, given.rounds):
                    value = figure.measure()
                    are_met.append(value < figure.goal)
                    goal = f"< {figure.goal} {figure.unit}"
                    print(f"{figure.name:<34}{value:7.1f} {figure.unit}  {goal:>8}  {'' if are_met[-1] else 'over'}")
    except RuntimeError as failure:
        sys.exit(f"bench: {failure}")
    finally:
        engine.remove_all()
        if has_made_image:
            image.remove(IMAGE)
    if given.check and not all(are_met):
        sys.exit(1)


if __name__ == "__main__":
    main()
