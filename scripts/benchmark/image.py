"""The image of the measured steps: the machine's static busybox, and its `date`, which knows nanoseconds."""
import io
import pathlib
import re
import shutil
import subprocess
import tarfile
import urllib.parse

import engine

BUSYBOX = pathlib.Path("/bin/busybox")


def is_there(name):
    return any(name in (image["RepoTags"] or []) for image in engine.listed("/images/json"))


def make(name):
    """Makes the image if it is not there yet; True if it has been made now."""
    if is_there(name):
        return False
    if not BUSYBOX.exists():
        raise SystemExit(f"{BUSYBOX} is missing; scripts/setup --bench installs it")
    repository, tag = name.rsplit(":", 1)
    query = urllib.parse.urlencode({"fromSrc": "-", "repo": repository, "tag": tag})
    engine.call("POST", f"/images/create?{query}", archive(), "application/x-tar")
    return True


def remove(name):
    """Removes the name, and the image unless something else has it."""
    engine.call("DELETE", f"/images/{name}?force=1")


def archive():
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        folder = tarfile.TarInfo("tmp")
        folder.type, folder.mode = tarfile.DIRTYPE, 0o1777
        tar.addfile(folder)
        add(tar, BUSYBOX)
        applets = subprocess.run([BUSYBOX, "--list"], check=True, capture_output=True, text=True).stdout.split()
        for applet in applets:
            link = tarfile.TarInfo(f"bin/{applet}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            if applet != "busybox":
                tar.addfile(link)
        date = pathlib.Path(shutil.which("date"))
        needed = subprocess.run(["ldd", date], capture_output=True, text=True).stdout
        add(tar, date, "usr/bin/date")
        for path in re.findall(r"/[^ )]+", needed):
            add(tar, pathlib.Path(path))
    return content.getvalue()


def add(tar, path, name=None):
    # Times are left out, so that the same files make the same image.
    file = tarfile.TarInfo(name or str(path).lstrip("/"))
    content = path.read_bytes()
    file.size, file.mode = len(content), 0o755
    tar.addfile(file, io.BytesIO(content))
