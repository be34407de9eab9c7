extension CloneTask {
    /// What a step's image says about the users in it.
    package struct ImageUsers: Sendable, Equatable {
        /// The image's `USER`, like `65532:65532` or `git`; empty for root.
        package var user: String
        /// The content of the image's `/etc/passwd`, empty if it has none.
        package var passwd: String

        package init(user: String, passwd: String) {
            self.user = user
            self.passwd = passwd
        }
    }

    /// Who the files of the step belong to: as the manifest says, else as the image does.
    ///
    /// - Parameters:
    ///   - request: What was recognised.
    ///   - image: The step's image, nil where it is not on this machine; then a user's group has the user's number.
    /// - Returns: Nil if only the image knows.
    package static func owner(of request: Request, image: ImageUsers?) -> Owner? {
        if let user = request.user {
            let group = request.group ?? image.map { $0.entry(ofUser: "\(user)")?.group ?? 0 } ?? user
            return Owner(user: user, group: group)
        }
        guard let image else { return nil }
        let parts = image.user.split(separator: ":", maxSplits: 1).map { String($0) }
        let name = image.user.hasPrefix(":") || parts.isEmpty ? "0" : parts[0]
        let entry = image.entry(ofUser: name)
        guard let user = Int(name) ?? entry?.user else { return nil }
        if let group = request.group { return Owner(user: user, group: group) }
        guard parts.count == 2 else { return Owner(user: user, group: entry?.group ?? 0) }
        return Int(parts[1]).map { Owner(user: user, group: $0) }
    }
}

extension CloneTask.ImageUsers {
    /// The line of a user, by name or number.
    fileprivate func entry(ofUser user: String) -> (user: Int, group: Int)? {
        for line in passwd.split(whereSeparator: \.isNewline) {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count > 3, fields[0] == user || fields[2] == user else { continue }
            guard let user = Int(fields[2]), let group = Int(fields[3]) else { continue }
            return (user, group)
        }
        return nil
    }
}
