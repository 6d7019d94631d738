import ChatCore
import Foundation

/// The API key of a server, for who serves and for who asks: the first line of a file, else
/// `$CHARCHAT_API_KEY`.
enum APIKeyFile {
    /// - Parameter file: nil: none is named.
    /// - Throws: `CommandFailure` for a file without a key.
    static func key(_ file: String?, _ environment: [String: String]) throws -> String? {
        guard let file else { return environment["CHARCHAT_API_KEY"]?.nonEmpty }
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw CommandFailure(phrase("%@ cannot be read as text", VisibleText.oneLine(file)))
        }
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init)
        guard let key = line?.trimmingCharacters(in: .whitespaces).nonEmpty else {
            throw CommandFailure(
                phrase("%@ has no key in its first line", VisibleText.oneLine(file)))
        }
        return key
    }
}
