"""A Docker engine over its socket: the few calls that a Pod cannot do without."""
import http.client
import json
import os
import socket
import threading

SOCKET = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://")
API = "/v1.41"
LABEL = "dev.drydock.benchmark"


class Connection(http.client.HTTPConnection):
    def __init__(self):
        super().__init__("docker")

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(SOCKET)


# One connection for each thread, kept open.
_kept = threading.local()


def call(method, path, body=None):
    if not hasattr(_kept, "connection"):
        _kept.connection = Connection()
    headers = {"Content-Type": "application/json"}
    _kept.connection.request(method, API + path, None if body is None else json.dumps(body), headers)
    answer = _kept.connection.getresponse()
    content = answer.read()
    if answer.status >= 400:
        raise RuntimeError(f"{method} {path}: {answer.status} {content.decode(errors='replace')}")
    return json.loads(content) if content[:1] == b"{" else None


def create(image, command, network):
    body = {
        "Image": image,
        "Cmd": command,
        "Labels": {LABEL: "floor"},
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
