import ChatCore

/// Why one cannot talk with a server.
package enum ClientError: DescribedError, Sendable, Equatable {
    /// What is no address of a server.
    case address(String)
    /// An address with https.
    case secure(String)
    /// Nobody answers there; `reason` is the system's.
    case away(address: String, reason: String)
    /// It wants a key, or another one than was given.
    case key(address: String, isGiven: Bool)
    /// What answers there is something else.
    case stranger(address: String)
    /// It is too old or too new to talk with; nil where it does not tell its version.
    case version(address: String, its: String?, own: String)
    /// It will not do what was asked, and says why.
    case refused(String)
    /// The user has stopped it.
    case stopped

    package var description: String {
        switch self {
        case .address(let text):
            "\(quoted(text)) is no address of a server; give one like http://127.0.0.1:8080"
        case .secure(let text):
            "\(quoted(text)): a server is spoken with over http; a tunnel or a proxy on this machine can reach one with https"
        case .away(let address, let reason): "the server at \(address) cannot be reached: \(reason)"
        case .key(let address, false): "the server at \(address) wants an API key"
        case .key(let address, true): "the server at \(address) does not take this API key"
        case .stranger(let address): "what answers at \(address) is no charchat server"
        case .version(let address, let its, let own):
            "the server at \(address) is version \(its ?? "?") and this is \(own); they cannot talk"
        case .refused(let message): "the server refuses: \(message)"
        case .stopped: "stopped"
        }
    }
}
