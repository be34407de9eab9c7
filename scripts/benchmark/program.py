"""drydock as a process: how long it takes, what it prints and how much memory it needs at most."""
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import time
import typing


class Ended(typing.NamedTuple):
    seconds: float
    output: bytes
    #: Seconds to the first time that the marker was in the output.
    first: float | None
    #: The most memory that was resident, in megabytes.
    megabytes: float


class Program:
    """The program, in a home of its own."""

    def __init__(self, path, home):
        self.path = path
        folders = {f"XDG_{name}_HOME": f"{home}/{name.lower()}" for name in ("STATE", "DATA", "CACHE", "CONFIG")}
        self.environment = {**os.environ, "HOME": str(home), "NO_COLOR": "1", **folders}

    def run(self, *arguments, marker=None):
        command = [self.path, *map(str, arguments)]
        with tempfile.TemporaryFile() as errors:
            began = time.perf_counter()
            process = subprocess.Popen(
                command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                bufsize=0,
            )
            memory = MemoryWatch(process.pid)
            parts, first = [], None
            while part := os.read(process.stdout.fileno(), 1 << 20):
                parts.append(part)
                if marker and first is None and marker in b"".join(parts):
                    first = time.perf_counter() - began
            process.wait()
            seconds = time.perf_counter() - began
            process.stdout.close()
            megabytes = memory.end()
            if process.returncode:
                errors.seek(0)
                text = errors.read().decode(errors="replace").strip()
                raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{text}")
        return Ended(seconds, b"".join(parts), first, megabytes)


class MemoryWatch:
    """Reads the kernel's own mark of the most memory that a process had, now and then until it ends."""

    def __init__(self, pid):
        self.status = pathlib.Path(f"/proc/{pid}/status")
        self.kilobytes = 0
        self.has_ended = threading.Event()
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()

    def watch(self):
        while not self.has_ended.wait(0.01):
            try:
                found = re.search(r"VmHWM:\s*(\d+)", self.status.read_text())
            except OSError:
                return
            self.kilobytes = max(self.kilobytes, int(found[1]) if found else 0)

    def end(self):
        self.has_ended.set()
        self.thread.join()
        return self.kilobytes / 1024
