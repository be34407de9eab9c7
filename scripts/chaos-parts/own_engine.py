"""A Docker engine of our own, to be restarted at will: its folders, network and socket are nobody else's."""
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
        self.runtime = self.process = None

    def launched(self, *command):
        with self.log.open("ab") as log:
            return subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def start(self):
        """Starts the engine, and first what keeps its containers, which lives on when the engine is restarted."""
        runtime = self.folder / "containerd"
        if not self.runtime:
            self.folder.mkdir()
            configuration = self.folder / "containerd.toml"
            configuration.write_text('version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n')
            self.runtime = self.launched(
                "containerd", "--config", configuration, "--address", f"{runtime}.sock", "--root", f"{runtime}-root",
                "--state", f"{runtime}-state",
            )  # fmt: skip
            self.await_that("what keeps the containers", self.runtime, pathlib.Path(f"{runtime}.sock").exists)
        # A network namespace of its own, so that bridges and packet filters of this machine are left alone.
        self.process = self.launched(
            "unshare", "--net", "dockerd", "--host", f"unix://{self.socket}", "--containerd", f"{runtime}.sock",
            "--data-root", self.folder / "data", "--exec-root", self.folder / "run", "--pidfile", self.folder / "pid",
            "--shutdown-timeout", "2",
        )  # fmt: skip
        os.environ["DOCKER_HOST"] = f"unix://{self.socket}"
        self.await_that("an engine of our own", self.process, self.answers)

    def answers(self):
        try:
            return engine.call("GET", "/version") is not None
        except (OSError, RuntimeError):
            return False

    def await_that(self, what, process, is_so):
        limit = time.monotonic() + 60
        while not is_so():
            if time.monotonic() > limit or process.poll() is not None:
                raise SystemExit(f"{what} does not start:\n{self.log.read_text(errors='replace')[-1500:]}")
            time.sleep(0.1)

    def restart(self, kills=False):
        self.process.send_signal(signal.SIGKILL if kills else signal.SIGTERM)
        self.process.wait(60)
        if kills:
            (self.folder / "pid").unlink(missing_ok=True)
        self.start()

    def stop(self):
        for process in filter(None, (self.process, self.runtime)):
            process.terminate()
            process.wait(60)
        self.end_leftovers()
        table = pathlib.Path("/proc/self/mountinfo").read_text().splitlines()
        mounted = [path for line in table if (path := line.split()[4]).startswith(f"{self.folder}/")]
        for path in reversed(mounted):
            subprocess.run(["umount", "--lazy", path], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def end_leftovers(self):
        """Ends what keeps containers that an engine was starting when it was killed: no engine knows of them."""
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if f"{self.folder}/containerd.sock".encode() not in (folder / "cmdline").read_bytes().split(b"\0"):
                    continue
                inside = (folder / "task" / folder.name / "children").read_text().split()
                for pid in [*map(int, inside), int(folder.name)]:
                    os.kill(pid, signal.SIGKILL)
            except OSError:
                # It has ended by itself.
                continue
