/// What a container is made of (`POST /containers/create`).
///
/// A field that is `nil` or empty is not sent, so the image's own value stays.
package struct ContainerConfiguration: Sendable, Equatable {
    /// The image to run: a reference or an id.
    package var image: String
    /// The program that starts; `nil` keeps the image's, and setting it drops the image's command as well.
    package var entrypoint: [String]?
    /// The arguments; `nil` keeps the image's, unless ``entrypoint`` is set.
    package var command: [String]?
    /// Variables as `NAME=value`; they are added to the image's own.
    package var env: [String] = []
    /// The directory to start in; `nil` keeps the image's.
    package var workingDir: String?
    /// The user as `name`, `uid`, `uid:gid`; `nil` keeps the image's.
    package var user: String?
    /// The labels of the container.
    package var labels: [String: String] = [:]
    /// The name that the container has for itself; refused by the engine when it joins another's network.
    package var hostname: String?
    /// Whether stdin stays open although nobody is attached.
    package var openStdin = false
    /// Whether a terminal is given; its output then comes without frames.
    package var tty = false
    /// The signal that stops the container, such as `SIGTERM`; `nil` keeps the image's.
    package var stopSignal: String?
    /// How many seconds the engine waits after ``stopSignal``.
    package var stopTimeout: Int?
    /// Whether the image's `HEALTHCHECK` is switched off.
    package var disablesHealthcheck = false
    /// Ports to declare, as `8080/tcp`.
    package var exposedPorts: [String] = []
    /// What the container gets of the machine.
    package var host = HostConfiguration()

    /// A container of an image, with everything as the image has it.
    package init(image: String) {
        self.image = image
    }
}

extension ContainerConfiguration {
    /// The body of the request.
    var json: JSONObject {
        var object = JSONObject()
        object.add("Image", image)
        object.add("Entrypoint", entrypoint)
        object.add("Cmd", command)
        object.add("Env", ifFilled: env)
        object.add("WorkingDir", workingDir)
        object.add("User", user)
        object.add("Labels", ifFilled: labels)
        object.add("Hostname", hostname)
        object.add("OpenStdin", openStdin)
        object.add("Tty", tty)
        object.add("StopSignal", stopSignal)
        object.add("StopTimeout", stopTimeout)
        if disablesHealthcheck {
            var healthcheck = JSONObject()
            healthcheck.add("Test", ["NONE"])
            object.add("Healthcheck", healthcheck)
        }
        if !exposedPorts.isEmpty {
            var ports = JSONObject()
            for port in Set(exposedPorts).sorted() { ports.add(port, JSONObject()) }
            object.add("ExposedPorts", ports)
        }
        object.add("HostConfig", host.json)
        return object
    }
}
