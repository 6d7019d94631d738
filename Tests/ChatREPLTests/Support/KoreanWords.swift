import ChatREPL
import Foundation

/// The Korean words as they stand in the repository.
enum KoreanWords {
    /// `words` or `reasons`.
    static func file(_ name: String) throws -> String {
        try String(
            contentsOf: FilesDocument.repository.appending(
                path: "Sources/ChatREPL/Resources/\(name)-ko.json"), encoding: .utf8)
    }

    static func table(_ name: String) throws -> [String: String] {
        try JSONDecoder().decode([String: String].self, from: Data(file(name).utf8))
    }

    static func load() throws -> Words {
        Words(.korean, table: try table("words"), libraries: try table("reasons"))
    }

    /// The first two English words in a row; nil where there are none. What stands in quotation marks and
    /// commands to be typed are not meant.
    static func english(in text: String) -> String? {
        let own = text.replacing(/'[^']*'|"[^"]*"|`[^`]*`|charchat [a-z]+( [a-z]+)?/, with: "")
        return own.firstMatch(of: /[A-Za-z]{2,} [a-z]{2,}/).map { String($0.output) }
    }

    /// Which values a text takes.
    static func places(_ text: String) -> [Int] {
        var next = 0
        return text.matches(of: /%(?:([1-9])\$)?@/).map { match -> Int in
            if let number = match.output.1.flatMap({ Int($0) }) { return number }
            next += 1
            return next
        }.sorted()
    }
}
