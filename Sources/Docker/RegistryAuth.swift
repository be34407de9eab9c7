import Foundation

/// What a registry asks for (`X-Registry-Auth`).
package struct RegistryAuth: Sendable, Equatable {
    /// The registry, as it is named in the configuration.
    package var serverAddress: String
    /// The user.
    package var username: String
    /// The password.
    package var password: String
    /// A token that stands for user and password.
    package var identityToken: String?

    /// Credentials of a user.
    package init(serverAddress: String, username: String, password: String, identityToken: String? = nil) {
        self.serverAddress = serverAddress
        self.username = username
        self.password = password
        self.identityToken = identityToken
    }

    /// The header's value: the object as JSON in URL-safe base64.
    func header() -> String {
        var object = JSONObject()
        object.add("serveraddress", serverAddress)
        object.add("username", username)
        object.add("password", password)
        object.add("identitytoken", identityToken)
        return Data(object.bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_")
    }
}
