import Foundation

/// Where a server is: `http://127.0.0.1:8080`, or the same without `http://`.
package struct ServerAddress: Sendable, Equatable, CustomStringConvertible {
    /// A name or an IP address, one of IPv6 without brackets.
    package let host: String
    package let port: Int
    /// What stands before every path, without a slash at its end; mostly empty.
    let prefix: String

    /// - Throws: `ClientError.address`, `ClientError.secure`.
    package init(_ text: String) throws {
        let whole = text.contains("://") ? text : "http://" + text
        guard !text.contains(where: \.isWhitespace),
            let parts = URLComponents(string: whole), let host = parts.host, !host.isEmpty,
            parts.user == nil, parts.query == nil, parts.fragment == nil
        else { throw ClientError.address(text) }
        switch parts.scheme?.lowercased() {
        case "http": break
        case "https": throw ClientError.secure(text)
        default: throw ClientError.address(text)
        }
        let port = parts.port ?? 80
        guard (1...65_535).contains(port) else { throw ClientError.address(text) }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        self.port = port
        var path = parts.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        // As OpenAI's clients are given it.
        prefix = path.hasSuffix("/v1") ? String(path.dropLast(3)) : path
    }

    /// As the header `Host` has it.
    var authority: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return port == 80 ? host : "\(host):\(port)"
    }

    package var description: String { "http://\(authority)\(prefix)" }
}
