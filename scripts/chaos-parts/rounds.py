"""One round: a run is ended, a next command follows, and everything is looked over."""
import contextlib
import os
import pathlib
import random
import shutil
import time
import typing
import uuid

import endings
import manifests
import subjects
import traces
from process import Process, marked


class Surroundings(typing.NamedTuple):
    program: str
    image: str
    #: Where everything lies that the rounds make.
    root: pathlib.Path
    repository: str
    endings: dict
    #: How long anything may take to end.
    limit: float
    #: How long what may be another program's has to go from the engine.
    grace: float


class Round:
    def __init__(self, surroundings, seed, number, subject=None, ending=None):
        self.surroundings = surroundings
        self.seed, self.number = seed, number
        self.chance = random.Random(f"{seed}:{number}")
        self.folder = surroundings.root / f"{seed}-{number}"
        self.mark = uuid.uuid4().hex
        self.told, self.processes = [], []
        self.title = ""
        self.subject, self.ending = subject, ending

    def run(self):
        """Goes through with it; returns what is wrong, as sentences."""
        try:
            self.go_through()
        finally:
            for process in self.processes:
                process.end()
        shutil.rmtree(self.folder, ignore_errors=True)
        return self.told

    def go_through(self):
        self.prepare()
        all_subjects = subjects.everything(self.surroundings.image, self.directory, self.surroundings.repository)
        name = self.subject or self.dealt(list(all_subjects))
        self.ending = self.ending or self.dealt(endings.deck(self.surroundings.endings))
        is_accompanied = self.chance.random() < 0.25 and not self.ending.startswith("engine")
        self.title = f"{name}, {self.ending}" + (", beside another" if is_accompanied else "")
        objects = traces.objects()
        with self.bystander() if is_accompanied else contextlib.nullcontext() as living:
            self.end_one(all_subjects[name])
            self.look(objects, all_subjects[name], living or set())
        if is_accompanied:
            self.look(objects, all_subjects[name], set())

    def dealt(self, deck):
        """One of a deck, which is shuffled anew when all of it has been dealt, so that few rounds are many kinds."""
        turn, place = divmod(self.number, len(deck))
        return random.Random(f"{self.seed}:{turn}:{len(deck)}").sample(deck, len(deck))[place]

    def prepare(self):
        self.home, self.work = self.folder / "home", self.folder / "work"
        self.directory = self.work / "mine"
        (self.directory / "below/deeper").mkdir(parents=True)
        for path, mode in {"plain": 0o644, "below/secret": 0o600, "below/deeper/program": 0o755, "gate": 0o444}.items():
            file = self.directory / path
            file.write_text(f"{path} {self.chance.random()}\n" * 50)
            file.chmod(mode)
        (self.directory / "link").symlink_to("below/secret")
        # Steps run as others may add to it, too.
        self.directory.chmod(0o777)
        if os.getuid() == 0:
            os.chown(self.directory / "plain", 4321, 4321)
        self.tree = traces.Tree(self.directory)

    def started(self, subject, name, home=None):
        path = self.work / f"{name}.yaml"
        manifests.write(path, *subject.documents)
        arguments = ["run", "-f", path, *subject.arguments]
        process = Process(self.surroundings.program, home or self.home, self.work, arguments, self.mark)
        self.processes.append(process)
        return process

    @contextlib.contextmanager
    def bystander(self):
        """Another drydock, of the same home or of another, that must come through; gives its lock files."""
        home = self.home if self.chance.random() < 0.5 else self.folder / "other"
        gate = self.folder / "gate"
        gate.mkdir()
        other = self.started(subjects.bystander(self.surroundings.image, gate), "bystander", home)
        if not other.wait_for(lambda: "alive" in other.text, self.surroundings.limit):
            self.told.append("the other run did not begin")
        self.bystander_pid = other.pid
        yield {str(path) for path in (home / ".local/state/drydock/locks").glob("*")}
        (gate / "open").touch()
        code = other.wait(self.surroundings.limit)
        if code != 0 or "unharmed" not in other.text:
            self.told.append(f"the other run ended with {code}: {other.text[-600:]}")
        self.bystander_pid = None

    bystander_pid = None

    def end_one(self, subject):
        """Starts the run and ends it at some moment, before or after its first step has begun."""
        process = self.started(subject, "subject")
        moment, is_early = self.chance.uniform(0, 1.0), self.chance.random() < 0.4
        if not is_early:
            process.wait_for(lambda: "stepStarted" in process.events(), self.surroundings.limit)
        process.wait_for(lambda limit=time.monotonic() + moment: time.monotonic() > limit, 10)
        self.title += f", {moment:.2f} s after its {'start' if is_early else 'first step'}"
        ending = self.surroundings.endings[self.ending]
        had_ended = process.process.poll() is not None
        if not had_ended:
            ending.act(process, self.chance)
        code = process.wait(self.surroundings.limit)
        self.title += f": {code}"
        events = process.events()
        expected = {0} if had_ended else set(ending.codes)
        if ending.signal and ("taskRunStarted" not in events or "runEnded" in events):
            # It did not listen yet, or no more.
            expected |= {-ending.signal, 0} if "runEnded" in events else {-ending.signal}
        if code is None:
            self.told.append(f"it did not end within {self.surroundings.limit:.0f} s: {process.text[-600:]}")
        elif code not in expected:
            wanted = " or ".join(map(str, sorted(expected)))
            self.told.append(f"it ended with {code}, not with {wanted}: {process.text[-600:]}")
        elif code in (1, 69) and not process.text.strip():
            self.told.append(f"it ended with {code} and said nothing")

    def next_command(self, subject, name):
        process = self.started(subject, name)
        code = process.wait(self.surroundings.limit)
        if code != 0:
            self.told.append(f"the {name} command ended with {code}: {process.text[-600:]}")
        elif "could not be removed" in process.text:
            self.told.append(f"the {name} command complains: {process.text[-600:]}")

    def left(self, objects, subject, living):
        around = self.surroundings
        left = traces.new_objects(objects, around.root, around.image, living, around.grace)
        left += traces.files(self.home, {path for path in living if path.startswith(f"{self.home}/")}, subject.claims)
        return left

    def look(self, objects, subject, living):
        self.next_command(subjects.trivial(self.surroundings.image), "next")
        left = self.left(objects, subject, living)
        if left and self.surroundings.grace:
            # Another drydock of this machine may have been at the same leftovers, whose lock it then held.
            self.next_command(subjects.trivial(self.surroundings.image), "next")
            left = self.left(objects, subject, living)
        self.told += left
        if subject.again:
            self.next_command(subject, "repeated")
            self.told += self.left(objects, subject, living)
        others = marked(self.mark)
        others.pop(self.bystander_pid, None)
        self.told += [f"the process {pid} is left: {command}" for pid, command in others.items()]
        self.told += [f"{path} is still mounted" for path in traces.mounts(self.folder)]
        self.told += self.tree.differences(may_grow=subject.adds)
