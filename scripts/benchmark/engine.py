"""A Docker engine over its socket: the few calls that a Pod cannot do without, and what tidying up needs."""
import http.client
import json
import os
import socket
import struct
import threading
import urllib.parse

API = "/v1.41"
LABEL = "dev.drydock.benchmark"


def address():
    """The engine's socket; another one with DOCKER_HOST=unix://PATH."""
    host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    if not host.startswith("unix://"):
        raise SystemExit(f"DOCKER_HOST is {host}: only unix:// sockets can be measured")
    return host.removeprefix("unix://")


class Connection(http.client.HTTPConnection):
    def __init__(self):
        super().__init__("docker")

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(address())


# One connection for each thread, kept open.
_kept = threading.local()


def call(method, path, body=None, content_type="application/json"):
    """Makes one call; a kept connection that the engine has closed in the meantime is opened again."""
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
    for is_last in (not hasattr(_kept, "connection"), True):
        if not hasattr(_kept, "connection"):
            _kept.connection = Connection()
        try:
            _kept.connection.request(method, API + path, body, {"Content-Type": content_type})
            answer = _kept.connection.getresponse()
            content = answer.read()
            break
        except (OSError, http.client.HTTPException):
            _kept.connection.close()
            del _kept.connection
            if is_last:
                raise
    if answer.status >= 400:
        raise RuntimeError(f"{method} {path}: {answer.status} {content.decode(errors='replace').strip()}")
    # Progress is told as one object a line.
    return json.loads(content) if content[:1] in (b"{", b"[") and b"}\r\n{" not in content else None


def listed(path, label=None):
    filters = urllib.parse.quote(json.dumps({"label": [label]} if label else {}))
    return call("GET", f"{path}?all=1&filters={filters}")


def create(image, command, network, hears=False):
    body = {
        "Image": image,
        "Cmd": command,
        "Labels": {LABEL: "floor"},
        "AttachStdout": hears,
        "AttachStderr": hears,
        "HostConfig": {"NetworkMode": network, "LogConfig": {"Type": "none"}},
    }
    return call("POST", "/containers/create", body)["Id"]


def start(container):
    call("POST", f"/containers/{container}/start")


def wait(container):
    code = call("POST", f"/containers/{container}/wait")["StatusCode"]
    if code:
        raise RuntimeError(f"a container ended with {code}")


def remove(container):
    call("DELETE", f"/containers/{container}?force=1&v=1")


def remove_all():
    """Removes every container of the benchmark, such as one that failed left."""
    for container in listed("/containers/json", LABEL):
        remove(container["Id"])


class Output:
    """What a container writes, from before its start to its end."""

    def __init__(self, container):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(address())
        self.socket.sendall(
            f"POST {API}/containers/{container}/attach?stream=1&stdout=1&stderr=1 HTTP/1.1\r\n"
            "Host: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n".encode()
        )
        self.stream = self.socket.makefile("rb", buffering=1 << 20)
        status = self.stream.readline()
        if b" 101 " not in status:
            raise RuntimeError(f"the engine does not attach: {status.decode().strip()}")
        while self.stream.readline().strip():
            pass

    def frames(self):
        """The text of each frame; the engine puts its stream and its length before it."""
        while header := self.stream.read(8):
            yield self.stream.read(struct.unpack(">BxxxI", header)[1])
        self.stream.close()
        self.socket.close()
