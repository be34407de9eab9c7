/// What can go wrong on a socket besides what the system says.
enum TransportFailure: Error {
    /// The other side closed the connection before it had answered.
    case closed
    /// What the other side says is no HTTP.
    case notHTTP
    /// The other side did not begin to answer in time.
    case late
    /// The client was shut down.
    case shutDown
}
