import ChatCore
import Foundation

/// The input history, kept from one chat to the next: one entry a line, with line ends and backslashes
/// escaped so that a message of several lines stays one entry. Readable by its owner only. A history
/// that cannot be read or written is no reason to disturb a conversation.
package struct HistoryFile: Sendable {
    package let url: URL
    /// Entries kept.
    package static let capacity = 2000
    /// Bytes that are read; what has more was not typed.
    private static let longest = 1 << 28

    /// Nil when the environment says that no history is wanted (`CHARCHAT_NOHISTORY`).
    package init?(url: URL, environment: [String: String]) {
        guard (environment["CHARCHAT_NOHISTORY"] ?? "").isEmpty else { return nil }
        self.url = url
    }

    /// Every entry of a history file, whatever the environment says now.
    package init(existing url: URL) { self.url = url }

    /// The last entries, oldest first. A file that has grown to twice the capacity is cut back.
    package func load() -> [String] {
        let entries = (try? all()) ?? []
        let kept = entries.suffix(Self.capacity)
        if entries.count > 2 * Self.capacity { try? replace(with: Array(kept)) }
        return Array(kept)
    }

    /// Empty where there is no file that can be read.
    /// - Throws: `StorageError.tooLarge`.
    private func all() throws -> [String] {
        let data: Data
        do {
            data = try readFile(url, limit: Self.longest)
        } catch StorageError.system {
            return []
        }
        let bytes = ByteOrderMark.dropped(from: [UInt8](data)[...])
        return LineEnds.split(String(decoding: bytes, as: UTF8.self)).filter { !$0.isEmpty }
            .map { Self.unescaped($0) }
    }

    private func replace(with entries: [String]) throws {
        let text = entries.map { Self.escaped($0) + "\n" }.joined()
        try SystemFileSystem().replaceFile(url, with: [Data(text.utf8)], for: .ownerOnly)
    }

    /// Removes entries, as typed.
    /// - Returns: how many.
    /// - Throws: `StorageError` when the file cannot be written, or is too large to be a history.
    package func remove(where isUnwanted: (String) -> Bool) throws -> Int {
        let entries = try all()
        let kept = entries.filter { !isUnwanted($0) }
        if kept.count < entries.count { try replace(with: kept) }
        return entries.count - kept.count
    }

    /// Adds one entry at the end, in one write.
    package func append(_ entry: String) {
        try? FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let file = open(url.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        defer { close(file) }
        try? Output(descriptor: file).writeLine(Self.escaped(entry))
    }

    /// What stands behind a backslash for each line end and the backslash itself.
    private static let escapes: [(scalar: Unicode.Scalar, letter: Unicode.Scalar)] = [
        ("\\", "\\"), ("\n", "n"), ("\r", "r"), ("\u{2028}", "L"), ("\u{2029}", "P"),
    ]

    package static func escaped(_ entry: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in entry.unicodeScalars {
            if let escape = escapes.first(where: { $0.scalar == scalar }) {
                result.append("\\")
                result.append(escape.letter)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    package static func unescaped(_ line: some StringProtocol) -> String {
        var result = String.UnicodeScalarView()
        var isEscape = false
        for scalar in line.unicodeScalars {
            if isEscape {
                result.append(escapes.first { $0.letter == scalar }?.scalar ?? scalar)
                isEscape = false
            } else if scalar == "\\" {
                isEscape = true
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }
}
