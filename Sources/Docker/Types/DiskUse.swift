/// What the engine's objects take on its disk (`GET /system/df`).
package struct DiskUse: Sendable, Equatable {
    /// The images, with what no other image shares.
    package var images: [Image]
    /// The containers with what they wrote into their own file systems.
    package var containers: [Container]
    /// The volumes.
    package var volumes: [Volume]

    /// An image.
    package struct Image: Sendable, Equatable {
        /// What a list says of it.
        package var summary: ImageSummary
        /// How many containers are made of it; -1 if the engine has not counted.
        package var containers: Int
    }

    /// A container.
    package struct Container: Sendable, Equatable {
        /// Its id.
        package var id: String
        /// Its names.
        package var names: [String]
        /// What it is doing, such as `running`.
        package var state: String
        /// Its labels.
        package var labels: [String: String]
        /// What it wrote, in bytes.
        package var size: Int64
    }

    /// A volume.
    package struct Volume: Sendable, Equatable {
        /// Its name.
        package var name: String
        /// Its labels.
        package var labels: [String: String]
        /// Its content in bytes; -1 if the engine has not counted.
        package var size: Int64
    }
}
