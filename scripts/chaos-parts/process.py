"""drydock as a process whose output can be watched, and left."""
import os
import pathlib
import select
import subprocess
import threading
import time

MARK = "DRYDOCK_CHAOS"


class Process:
    """A drydock that is under way in a home of its own; what it prints is read until its end, or until it is closed."""

    def __init__(self, program, home, work, arguments, mark):
        folders = {f"XDG_{name}_HOME": None for name in ("STATE", "DATA", "CACHE", "CONFIG")}
        environment = {key: value for key, value in os.environ.items() if key not in folders}
        temporary = home.parent / "tmp"
        for folder in (home, temporary):
            folder.mkdir(exist_ok=True)
        environment |= {"HOME": str(home), "TMPDIR": str(temporary), "CI": "true", MARK: mark}
        self.state = home / ".local/state/drydock"
        self.before = set(self.logs())
        self.process = subprocess.Popen(
            [program, *map(str, arguments)],
            cwd=work,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )
        self.readers = [Reader(self.process.stdout), Reader(self.process.stderr)]

    @property
    def pid(self):
        return self.process.pid

    @property
    def text(self):
        return "".join(reader.text for reader in self.readers)

    def send_signal(self, number):
        self.process.send_signal(number)

    def close_output(self, errors=False):
        for reader in self.readers[: 2 if errors else 1]:
            reader.close()

    def logs(self):
        return self.state.glob("runs/*/events.jsonl")

    def events(self):
        """The text of what this run has written down, without reading a flood to its end."""
        parts = []
        for path in set(self.logs()) - self.before:
            with path.open("rb") as file:
                parts.append(file.read(100_000))
                file.seek(max(0, path.stat().st_size - 10_000))
                parts.append(file.read())
        return b"".join(parts).decode(errors="replace")

    def wait_for(self, found, seconds):
        """Waits until something is found or the process has ended; False if neither came in time."""
        limit = time.monotonic() + seconds
        while not found() and self.process.poll() is None:
            if time.monotonic() > limit:
                return False
            time.sleep(0.01)
        return True

    def wait(self, seconds):
        """The exit code; None if it has not ended in time, and then it is ended."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            code = None
        for reader in self.readers:
            reader.end()
        return code

    def end(self):
        """Ends it at once if it is still under way."""
        if self.process.poll() is None:
            self.wait(0)


class Reader:
    """Reads a pipe on a thread; keeps the first and the last of it."""

    KEPT = 20_000

    def __init__(self, pipe):
        self.pipe = pipe
        self.parts = b""
        self.wake, self.waker = os.pipe()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    @property
    def text(self):
        return self.parts.decode(errors="replace")

    def read(self):
        while True:
            ready, _, _ = select.select([self.pipe, self.wake], [], [])
            part = b"" if self.wake in ready else os.read(self.pipe.fileno(), 1 << 16)
            if not part:
                break
            self.parts += part
            if len(self.parts) > 3 * self.KEPT:
                self.parts = self.parts[: self.KEPT] + self.parts[-self.KEPT :]
        self.pipe.close()

    def close(self):
        """Goes away, as a reader like `head` does."""
        if self.thread.is_alive():
            os.write(self.waker, b"x")
            self.thread.join()

    def end(self):
        # Whoever inherited the pipe may hold it open; that is told by other means.
        self.thread.join(2)
        self.close()
        os.close(self.wake)
        os.close(self.waker)


def marked(mark):
    """The processes that came from a drydock of ours, by their environment."""
    wanted = f"{MARK}={mark}".encode()
    found = {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except OSError:
            # It has ended, or it is another user's.
            continue
    return found
