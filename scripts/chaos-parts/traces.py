"""What a run can leave: on the engine, among processes and mounts, in its own folders, in the user's directory."""
import hashlib
import os
import pathlib
import stat
import time

import engine

OWNER = "dev.drydock.owner"


def objects():
    """Everything on the engine: (kind, id) → the owner that it names, or else what tells where it is from."""
    found, users = {}, {}
    for container in engine.listed("/containers/json"):
        owner = owner_of(container) or f"the image {container['Image']}"
        found["container", container["Id"]] = owner
        users |= {mount.get("Name"): owner for mount in container["Mounts"]}
    for network in engine.call("GET", "/networks"):
        # The engine makes its own networks anew at every start.
        is_own = network["Name"] in ("bridge", "host", "none")
        found["network", network["Name"] if is_own else network["Id"]] = owner_of(network)
    for volume in engine.call("GET", "/volumes")["Volumes"] or []:
        # A volume without a name is marked by nothing but the container that has it.
        found["volume", volume["Name"]] = owner_of(volume) or users.get(volume["Name"])
    return found


def owner_of(labelled):
    """The owner, or else another label of the project's, as tests have on what they make themselves."""
    labels = labelled["Labels"] or {}
    others = (f"the label {name}" for name in labels if name.startswith("dev.drydock.") and name != "dev.drydock.run")
    return labels.get(OWNER) or next(others, None)


def new_objects(before, root, image, living, seconds):
    """What came to the engine and should be gone, as sentences.

    Where others use the engine too, what is surely theirs is passed over, and what may be theirs has some seconds to
    go. Ours are what names an owner below `root` and, should it name none, what is made of `image` or of drydock's own
    image. `living` are the lock files of ours that are held rightly.
    """
    def is_others(owner):
        if owner in living:
            return True
        ours = (f"{root}/", f"the image {image}", "the image drydock/sandbox")
        return seconds > 0 and owner is not None and not owner.startswith(ours)

    limit = time.monotonic() + seconds
    while True:
        left = [
            f"the {kind} {name[:12]} of {owner or 'no owner'} is left"
            for (kind, name), owner in objects().items()
            if (kind, name) not in before and not is_others(owner)
        ]
        if not left or time.monotonic() > limit:
            return left
        time.sleep(0.2)


def remove_objects(root):
    """Removes what is still on the engine of the rounds' drydocks, whose locks go with `root`."""
    calls = {"container": "/containers/{}?force=1&v=1", "network": "/networks/{}", "volume": "/volumes/{}?force=1"}
    for (kind, name), owner in objects().items():
        if owner and owner.startswith(f"{root}/"):
            engine.call("DELETE", calls[kind].format(name))


def mounts(root):
    table = pathlib.Path("/proc/self/mountinfo").read_text().splitlines()
    return [line.split()[4] for line in table if str(root) in line]


def files(home, living, claims):
    """What is in drydock's folders that should not be, as sentences."""
    state = home / ".local/state/drydock"
    data = home / ".local/share/drydock"
    locks = {str(path) for path in (state / "locks").glob("*")}
    left = [f"the lock {path} is left" for path in sorted(locks - living)]
    alive = {pathlib.Path(path).stem for path in living}
    left += [f"the files {path} are left" for path in (state / "pods").glob("*") if path.name not in alive]
    left += [f"the temporary {path} is left" for path in (home.parent / "tmp").glob("*")]
    kept = {path for path in (data / "claims").glob("*/*/*")}
    left += [f"the claim {path} is left" for path in kept if path.name not in claims and not living]
    return left


class Tree:
    """A directory bit for bit: what is in it, whose it is, what it may, and when it was changed."""

    def __init__(self, root):
        self.root = root
        self.entries = {path: self.entry(path) for path in [root, *sorted(root.rglob("*"))]}

    @staticmethod
    def entry(path):
        status = path.lstat()
        content = ""
        if stat.S_ISLNK(status.st_mode):
            content = os.readlink(path)
        elif stat.S_ISREG(status.st_mode):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
        return (stat.filemode(status.st_mode), status.st_uid, status.st_gid, content, status.st_mtime_ns)

    def differences(self, may_grow):
        """What has changed since, as sentences; what is new must be the caller's where something may be new."""
        now = Tree(self.root).entries
        told = []
        for path in sorted(self.entries.keys() | now.keys()):
            before, after = self.entries.get(path), now.get(path)
            if before is None:
                if not may_grow:
                    told.append(f"{path} has come into the user's directory")
                elif after[1:3] != (os.getuid(), os.getgid()):
                    told.append(f"{path} in the user's directory belongs to {after[1]}:{after[2]}")
            elif after is None:
                told.append(f"{path} has gone from the user's directory")
            # New entries change the time of the directory that they are in.
            elif before[:4] != after[:4] or before[4] != after[4] and not (may_grow and before[0][0] == "d"):
                told.append(f"{path} in the user's directory was {before} and is {after}")
        return told if len(told) <= 2 else [*told[:2], f"and {len(told) - 2} more in the user's directory"]
