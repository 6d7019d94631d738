import ChatCore
import Foundation

/// The API key of a server, for who serves and for who asks: the first line of a file, else
/// `$CHARCHAT_API_KEY`.
enum APIKeyFile {
    /// - Parameter file: nil: none is named.
    /// A file of more bytes holds something else.
    private static let longest = 1 << 20

    /// - Throws: `StorageError` for a file that cannot be read; `CommandFailure` for one without a key.
    static func key(_ file: String?, _ environment: [String: String]) throws -> String? {
        guard let file else { return environment["CHARCHAT_API_KEY"]?.nonEmpty }
        let bytes = [UInt8](try readFile(URL(fileURLWithPath: file), limit: longest))
        let whole = Data(ByteOrderMark.dropped(from: bytes[...]))
        guard let text = String(data: whole, encoding: .utf8) else {
            throw CommandFailure(phrase("%@ cannot be read as text", VisibleText.oneLine(file)))
        }
        let line = LineEnds.split(text).first { !$0.isEmpty }
        guard let key = line?.trimmingCharacters(in: .whitespaces).nonEmpty else {
            throw CommandFailure(
                phrase("%@ has no key in its first line", VisibleText.oneLine(file)))
        }
        return key
    }
}
