"""A Docker engine of our own, to be restarted at will: its folders, network and socket are nobody else's."""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import time

import engine


class OwnEngine:
    def __init__(self, folder):
        if os.getuid() != 0:
            raise SystemExit("--restart-engine starts an engine, which needs root")
        self.folder = folder
        self.socket = folder / "engine.sock"
        self.log = folder / "engine.log"
        self.process = None

    def start(self):
        # A network namespace of its own, so that bridges and packet filters of this machine are left alone.
        command = ["unshare", "--net", "dockerd", "--host", f"unix://{self.socket}", "--shutdown-timeout", "2"]
        for option in ("data-root", "exec-root", "pidfile"):
            command += [f"--{option}", str(self.folder / option)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        os.environ["DOCKER_HOST"] = f"unix://{self.socket}"
        limit = time.monotonic() + 60
        while True:
            try:
                engine.call("GET", "/version")
                return
            except (OSError, RuntimeError):
                if time.monotonic() > limit or self.process.poll() is not None:
                    end = self.log.read_text(errors="replace")[-1500:]
                    raise SystemExit(f"an engine of our own does not start:\n{end}") from None
                time.sleep(0.1)

    def restart(self, kills=False):
        self.process.send_signal(signal.SIGKILL if kills else signal.SIGTERM)
        self.process.wait(60)
        if kills:
            (self.folder / "pidfile").unlink(missing_ok=True)
        self.start()

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(60)
        # What an engine that was killed left running.
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.folder / "exec-root/containerd/containerd.pid").read_text())
            if str(self.folder) in pathlib.Path(f"/proc/{pid}/cmdline").read_text():
                os.kill(pid, signal.SIGTERM)
        below = [line.split()[4] for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines()]
        for path in sorted((path for path in below if path.startswith(f"{self.folder}/")), reverse=True):
            subprocess.run(["umount", "--lazy", path], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
