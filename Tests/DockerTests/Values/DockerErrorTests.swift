import Docker
import SystemPackage
import Testing

struct DockerErrorTests {
    private static let socket = DockerHost(.unix("/var/run/docker.sock"), because: .usual)
    private static let rootless = DockerHost(.unix("/run/user/1/docker.sock"), because: .usual)

    @Test(arguments: [
        (
            DockerError.unreachable(tried: []),
            """
            no Docker engine: there is no place to look for one; \
            start Docker, or say where it is with DOCKER_HOST or docker context use
            """
        ),
        (
            .unreachable(tried: [DockerError.Attempt(host: socket, outcome: "no such socket", isAbsent: true)]),
            """
            no Docker engine answers. Tried unix:///var/run/docker.sock: no such socket. \
            Try this: start Docker, or say where it is with DOCKER_HOST or docker context use
            """
        ),
        (
            .unreachable(tried: [
                DockerError.Attempt(host: socket, outcome: "no such socket", isAbsent: true),
                DockerError.Attempt(host: rootless, outcome: "no such socket", isAbsent: true),
                DockerError.Attempt(
                    host: DockerHost(.tcp(host: "h", port: 1), because: .context("c")),
                    outcome: "nobody listens there"
                ),
            ]),
            """
            no Docker engine answers. Tried tcp://h:1 (from the Docker context 'c'): nobody listens there; \
            nothing at unix:///var/run/docker.sock, unix:///run/user/1/docker.sock. \
            Try this: start Docker, or say where it is with DOCKER_HOST or docker context use
            """
        ),
        (
            .apiTooOld(engine: "1.30", needed: "1.41", host: "unix:///s"),
            """
            the Docker engine at unix:///s speaks API 1.30, and 1.41 is the oldest that works; \
            update it (Docker 20.10 or later)
            """
        ),
        (
            .connectionLost(
                request: "waiting for the container 'x'",
                host: "unix:///s",
                cause: "it closed the connection"
            ),
            """
            the Docker engine at unix:///s went away during waiting for the container 'x' (it closed the connection); \
            see that it runs (docker info, systemctl status docker) and start again
            """
        ),
        (
            .refused(request: "starting the container 'x'", status: 500, message: "no"),
            "the Docker engine refused starting the container 'x' (500): no"
        ),
        (
            .pullFailed(reference: "a:1", message: "manifest unknown"),
            "the image a:1 cannot be pulled: manifest unknown"
        ),
    ])
    func `an error says what was tried and what to do`(error: DockerError, text: String) {
        #expect("\(error)" == text)
    }
}
