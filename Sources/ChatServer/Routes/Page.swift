import ChatCore
import Foundation

/// The page at `/`: one file without anything from elsewhere. The policy that goes with it names the hashes
/// of its own script and style and nothing else, so that a browser runs no other.
package struct Page: Sendable {
    let html: Data
    let policy: String
    /// The OpenAPI document.
    package let openAPI: Data

    /// - Throws: `ServerError.resource` where a file was left behind.
    package init() throws {
        html = try Self.read("page.html")
        openAPI = try Self.read("openapi.json")
        let text = String(decoding: html, as: UTF8.self)
        func hashes(_ tag: String) -> String {
            Self.contents(of: tag, in: text).map {
                let hash = Data(SHA256.hash(data: Array($0.utf8))).base64EncodedString()
                return "'sha256-\(hash)'"
            }.joined(separator: " ")
        }
        policy = """
            default-src 'none'; script-src \(hashes("script")); style-src \(hashes("style")); \
            connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; \
            frame-ancestors 'none'
            """
    }

    private static func read(_ name: String) throws -> Data {
        guard let url = ShippedFiles.url(name), let data = try? Data(contentsOf: url) else {
            throw ServerError.resource(name)
        }
        return data
    }

    /// What stands between `<tag>` and `</tag>`.
    package static func contents(of tag: String, in text: String) -> [Substring] {
        text.components(separatedBy: "<\(tag)>").dropFirst().compactMap {
            $0.range(of: "</\(tag)>").map { [part = $0] end in part[..<end.lowerBound] }
        }
    }
}
