import Foundation

/// The input history, kept from one chat to the next: one entry a line, with line feeds and
/// backslashes escaped so that a message of several lines stays one entry. Readable by its owner
/// only. A history that cannot be read or written is no reason to disturb a conversation.
package struct HistoryFile: Sendable {
    package let url: URL
    /// Entries kept.
    package static let capacity = 2000

    /// Nil when the environment says that no history is wanted (`CHARCHAT_NOHISTORY`).
    package init?(url: URL, environment: [String: String]) {
        guard (environment["CHARCHAT_NOHISTORY"] ?? "").isEmpty else { return nil }
        self.url = url
    }

    /// The last entries, oldest first. A file that has grown to twice the capacity is cut back.
    package func load() -> [String] {
        guard let data = try? Data(contentsOf: url) else { return [] }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        let kept = lines.suffix(Self.capacity)
        if lines.count > 2 * Self.capacity {
            let text = kept.joined(separator: "\n") + "\n"
            try? Data(text.utf8).write(to: url, options: .atomic)
            chmod(url.path, 0o600)
        }
        return kept.map { Self.unescaped($0) }
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

    package static func escaped(_ entry: String) -> String {
        entry.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    package static func unescaped(_ line: some StringProtocol) -> String {
        var result = ""
        var isEscape = false
        for character in line {
            switch (isEscape, character) {
            case (false, "\\"): isEscape = true
            case (true, "n"):
                result.append("\n")
                isEscape = false
            default:
                result.append(character)
                isEscape = false
            }
        }
        return result
    }
}
