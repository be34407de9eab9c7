"""The ways to end a run, and how drydock is to end by them."""
import signal
import time
import typing


class Ending(typing.NamedTuple):
    #: Does it: gets the process and a `random.Random`.
    act: typing.Callable
    #: The exit codes that are right for it.
    codes: set
    #: The signal that ends a process which has not begun to run anything and so does not listen yet.
    signal: int | None = None
    weight: int = 2


def everything(engine=None):
    """All endings, by name; an engine is one of our own, which may be restarted."""
    def sent(number, *codes, weight=2):
        return Ending(lambda process, chance: process.send_signal(number), set(codes), number, weight)

    def closed(with_errors):
        return Ending(lambda process, chance: process.close_output(with_errors), {0, 143}, weight=1)

    def sent_twice(process, chance):
        process.send_signal(signal.SIGINT)
        time.sleep(chance.uniform(0, 0.5))
        process.send_signal(signal.SIGINT)

    endings = {
        "SIGKILL": sent(signal.SIGKILL, -signal.SIGKILL, weight=5),
        "SIGTERM": sent(signal.SIGTERM, 143),
        "SIGHUP": sent(signal.SIGHUP, 143),
        "SIGINT": sent(signal.SIGINT, 130),
        "SIGINT twice": Ending(sent_twice, {130}, signal.SIGINT, 1),
        # Who writes nothing more does not notice.
        "closed output": closed(False),
        "closed output and errors": closed(True),
    }
    if engine:
        # The run may be between two calls that need the engine, or fail as its containers are ended.
        codes = {0, 1, 69}
        endings["engine restarted"] = Ending(lambda process, chance: engine.restart(), codes, weight=3)
        endings["engine killed"] = Ending(lambda process, chance: engine.restart(kills=True), codes, weight=3)
    return endings


def deck(endings):
    """The names, each as often as its weight says."""
    return [name for name, ending in endings.items() for _ in range(ending.weight)]
