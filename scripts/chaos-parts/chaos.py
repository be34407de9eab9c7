#!/usr/bin/env python3
"""Ends runs of drydock at random moments and tells what they left behind, with how to see it again."""
import argparse
import collections
import os
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "benchmark"))

import endings  # noqa: E402
import git_server  # noqa: E402
import image  # noqa: E402
import traces  # noqa: E402
from own_engine import OwnEngine  # noqa: E402
from rounds import Round, Surroundings  # noqa: E402


# Whoever started this may have blocked signals, and what is started here would not hear of its end.
signal.pthread_sigmask(signal.SIG_SETMASK, [])


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drydock", required=True, help="the program to end")
    parser.add_argument("-n", "--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None, help="what the rounds follow from (default: any)")
    parser.add_argument("--only", type=int, help="the number of the only round to go through")
    parser.add_argument("--subject", help="the only run to end, by its name in what is printed")
    parser.add_argument("--ending", help="the only way to end it")
    parser.add_argument("--limit", type=float, default=60, help="seconds that anything may take to end (60)")
    parser.add_argument("--restart-engine", action="store_true", help="use an engine of our own, and restart it too")
    given = parser.parse_args()
    if not os.access(given.drydock, os.X_OK):
        parser.error(f"there is no program at {given.drydock}")
    if given.seed is None:
        given.seed = random.SystemRandom().randrange(100_000)
    return given


def go_through(given, root, engine):
    """All rounds; returns how often something was wrong."""
    name = f"drydock-samples/chaos-busybox:{os.getpid()}"
    image.make(name)
    again = f"scripts/chaos --seed {given.seed}"
    chosen = {"subject": given.subject, "ending": given.ending}
    again += "".join(f" --{key} '{value}'" for key, value in chosen.items() if value)
    again += " --restart-engine --only" if given.restart_engine else " --only"
    try:
        with git_server.serving(root / "git", random.Random(given.seed).randbytes) as repository:
            surroundings = Surroundings(
                program=os.path.abspath(given.drydock),
                image=name,
                root=root,
                repository=repository,
                endings=endings.everything(engine),
                limit=given.limit,
                grace=0 if engine else 20,
            )
            count, wrong = collections.Counter(), 0
            numbers = [given.only] if given.only is not None else range(given.rounds)
            for number in numbers:
                round_ = Round(surroundings, given.seed, number, given.subject, given.ending)
                told = round_.run()
                count[round_.ending] += 1
                wrong += len(told)
                print(f"round {number}: {round_.title}", file=sys.stderr, flush=True)
                for sentence in told:
                    print(f"round {number} ({round_.title}): {sentence}\n  again: {again} {number}", flush=True)
    except BaseException:
        # What the engine was asked for in the last moment is still to come.
        time.sleep(1)
        raise
    finally:
        if not engine:
            traces.remove_objects(root)
            image.remove(name)
    ended = ", ".join(f"{times} × {ending}" for ending, times in count.most_common())
    print(f"{sum(count.values())} rounds of seed {given.seed} ({ended}): {wrong} violation{'' if wrong == 1 else 's'}")
    return wrong


def main():
    given = options()
    # Whoever ends this script gets everything taken away all the same.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(143))
    root = pathlib.Path(tempfile.mkdtemp(prefix="drydock-chaos-"))
    engine = OwnEngine(root / "engine") if given.restart_engine else None
    try:
        if engine:
            engine.start()
        wrong = go_through(given, root, engine)
    finally:
        if engine:
            engine.stop()
        shutil.rmtree(root, ignore_errors=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
