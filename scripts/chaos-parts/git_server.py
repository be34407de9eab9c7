"""A repository of some size behind a real git daemon."""
import contextlib
import pathlib
import socket
import subprocess
import time


def git(*arguments, folder):
    identity = ["-c", "user.name=Chaos", "-c", "user.email=chaos@example.invalid", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@contextlib.contextmanager
def serving(folder, random_bytes):
    """Gives the URL of the repository while the daemon runs."""
    work = folder / "work"
    work.mkdir(parents=True)
    git("init", "--quiet", "--initial-branch=main", folder=work)
    for commit in range(20):
        for number in range(20):
            (work / f"file-{commit}-{number}").write_bytes(random_bytes(20_000))
        git("add", ".", folder=work)
        git("commit", "--quiet", "-m", f"Change {commit}", folder=work)
    git("clone", "--quiet", "--bare", str(work), str(folder / "some.git"), folder=folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    programs = subprocess.run(["git", "--exec-path"], check=True, capture_output=True, text=True).stdout.strip()
    daemon = subprocess.Popen(
        [pathlib.Path(programs, "git-daemon"), "--export-all", f"--base-path={folder}", "--listen=127.0.0.1",
         f"--port={port}"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await_port(port)
        yield f"git://127.0.0.1:{port}/some.git"
    finally:
        daemon.terminate()
        daemon.wait()


def await_port(port):
    limit = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            if time.monotonic() > limit:
                raise SystemExit("the git daemon does not start") from None
            time.sleep(0.05)
