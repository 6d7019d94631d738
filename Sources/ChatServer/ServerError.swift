import ChatCore
import Foundation

/// Why the server cannot begin.
public enum ServerError: DescribedError, Sendable, Equatable {
    /// Others would reach it, and it has no API key.
    case keyRequired(host: String)
    /// An API key that is too short to be one.
    case weakKey
    /// A port outside 0...65,535.
    case port(Int)
    /// What browsers never send as a page's origin, so that it would allow nobody.
    case origin(String)
    /// It cannot listen where it should; `code` is errno.
    case listen(host: String, port: Int, code: Int32)
    /// It cannot listen there, because no machine has that name.
    case noSuchHost(String, port: Int)
    /// The system has no thread to give.
    case noThread
    /// A file that comes with the server is missing.
    case resource(String)

    public var description: String {
        switch self {
        case .keyRequired(let host):
            "\(quoted(host)) is reached by other machines, so an API key is needed; give one, or listen on 127.0.0.1"
        case .weakKey: "the API key is shorter than 16 bytes; choose a longer one"
        case .port(let port): "the port is \(port); it must be between 0 and 65535"
        case .origin(let text):
            "\(quoted(text)) is no origin; give one like https://shop.example, in small letters and without a slash at its end"
        case .listen(let host, let port, let code):
            "cannot listen on \(quoted(host)), port \(port): \(String(cString: strerror(code)))"
        case .noSuchHost(let host, let port):
            "cannot listen on \(quoted(host)), port \(port): there is no such host"
        case .noThread: "no thread can be started"
        case .resource(let name): "the server's file \(name) is missing; install it anew"
        }
    }
}
