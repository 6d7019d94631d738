/// Where the server listens and whom it answers.
public struct ServerSettings: Sendable, Equatable {
    /// The address to listen on: a name or an IP address.
    public var host: String
    /// The port; 0 takes a free one.
    public var port: Int
    /// What clients must send as `Authorization: Bearer KEY`; nil: nobody has to.
    public var apiKey: String?
    /// Web origins, such as `https://shop.example`, whose pages may talk to this server.
    public var allowedOrigins: [String]
    /// How much it takes upon itself.
    public var limits: ServerLimits

    /// Loopback alone, without a key, unless told otherwise.
    public init(
        host: String = "127.0.0.1", port: Int = 8080, apiKey: String? = nil,
        allowedOrigins: [String] = [], limits: ServerLimits = ServerLimits()
    ) {
        self.host = host
        self.port = port
        self.apiKey = apiKey
        self.allowedOrigins = allowedOrigins
        self.limits = limits
    }

    /// Whether nobody but this machine can reach it.
    public var isLoopback: Bool { ["127.0.0.1", "::1", "localhost"].contains(host) }

    /// - Throws: `ServerError`, such as `.keyRequired` for an address that others reach without a key.
    public func validate() throws {
        guard isLoopback || apiKey != nil else { throw ServerError.keyRequired(host: host) }
        guard (0...65_535).contains(port) else { throw ServerError.port(port) }
        if let apiKey, apiKey.utf8.count < 16 { throw ServerError.weakKey }
        if let text = allowedOrigins.first(where: { !Self.isOrigin($0) }) {
            throw ServerError.origin(text)
        }
    }

    /// Whether a browser could send it as it stands: a scheme, a host and perhaps a port, nothing behind them.
    private static func isOrigin(_ text: String) -> Bool {
        text.wholeMatch(of: #/https?://([a-z0-9._\-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?/#) != nil
    }
}
