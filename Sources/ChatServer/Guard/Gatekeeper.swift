import ChatCore
import Foundation
import Hummingbird

/// Looks at every request before anything else does: which host it names, which page it comes from, and
/// whether it has the key. So no page of another site reaches the server through a visitor's browser (DNS
/// rebinding, cross-site requests), and nobody without the key reaches it from elsewhere.
struct Gatekeeper: Sendable {
    private let isLoopback: Bool
    private let key: APIKey?
    private let allowedOrigins: Set<String>

    init(_ settings: ServerSettings) {
        isLoopback = settings.isLoopback
        key = settings.apiKey.map(APIKey.init)
        allowedOrigins = Set(settings.allowedOrigins)
    }

    /// - Throws: `RequestError.forbidden`, `.unauthorized`.
    func check(_ request: Request) throws {
        guard let authority = request.head.authority, !authority.isEmpty else {
            throw RequestError.invalid("the request names no host", code: "missing_host")
        }
        if isLoopback, !["127.0.0.1", "localhost", "[::1]"].contains(Self.host(authority)) {
            throw RequestError.forbidden(
                "this server answers to localhost and 127.0.0.1, not to another name")
        }
        if let origin = request.headers[.origin], !isAllowed(origin, authority) {
            throw RequestError.forbidden("pages of another origin may not talk to this server")
        }
        if let key, !Self.isOpen(request), !key.isIn(request.headers[.authorization]) {
            throw RequestError.unauthorized
        }
    }

    /// What a browser must be told so that a page of a named origin may read the answer; empty for others.
    func headers(for request: Request) -> HTTPFields {
        guard let origin = request.headers[.origin], allowedOrigins.contains(origin) else {
            return [:]
        }
        // Clients send fields of their own (OpenAI's tells what it runs on): whatever one asks to send it may.
        let asked = request.headers[.accessControlRequestHeaders] ?? ""
        return [
            .accessControlAllowOrigin: origin, .vary: "Origin, Access-Control-Request-Headers",
            .accessControlAllowHeaders: asked.isEmpty ? "authorization, content-type" : asked,
            .accessControlAllowMethods: "GET, POST, DELETE",
            .accessControlExposeHeaders: "charchat-ignored, retry-after",
        ]
    }

    /// Whether a browser asks what a page of a named origin may do.
    func isPreflight(_ request: Request) -> Bool {
        request.method == .options && request.headers[.origin].map(allowedOrigins.contains) == true
    }

    private func isAllowed(_ origin: String, _ authority: String) -> Bool {
        allowedOrigins.contains(origin) || origin == "http://\(authority)"
            || origin == "https://\(authority)"
    }

    /// The page and the health check tell nothing; a browser asks for leave without a key.
    private static func isOpen(_ request: Request) -> Bool {
        request.method == .options
            || [.get, .head].contains(request.method)
                && ["/", "/healthz", "/openapi.json"].contains(request.uri.path)
    }

    private static func host(_ authority: String) -> String {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            return String(authority[...end])
        }
        return String(authority.prefix { $0 != ":" }).lowercased()
    }
}

/// The key that clients must send, compared in constant time.
struct APIKey: Sendable {
    private let digest: [UInt8]

    init(_ key: String) { digest = Array(SHA256.hash(data: Array(key.utf8))) }

    /// Whether a header `Bearer KEY` has it. The hashes are compared to their end, so the time tells nothing of
    /// where they differ.
    func isIn(_ authorization: String?) -> Bool {
        guard let authorization, authorization.lowercased().hasPrefix("bearer ") else {
            return false
        }
        let given = authorization.dropFirst(7).trimmingCharacters(in: .whitespaces)
        let hash = SHA256.hash(data: Array(given.utf8))
        return zip(hash, digest).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
