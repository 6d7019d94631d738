import ChatCore
import Foundation

/// The program's own words in one language: a table whose keys are the English texts. What it lacks stays
/// English, and so does everything where the file of the table was left behind.
package struct Words: Sendable {
    package let language: Language
    let table: [String: String]
    /// What the libraries say, with `%@` where their values stand.
    let libraries: [String: String]

    package static let english = Words(.english, table: [:])

    package init(
        _ language: Language, table: [String: String], libraries: [String: String] = [:]
    ) {
        self.language = language
        self.table = table
        self.libraries = libraries
    }

    /// The words that came with charchat: for Korean `words-ko.json`, and `reasons-ko.json` for what the
    /// libraries say.
    package init(_ language: Language) {
        guard language != .english, let table = Self.table("words-\(language.rawValue).json") else {
            self = .english
            return
        }
        let libraries = Self.table("reasons-\(language.rawValue).json")
        self.init(language, table: table, libraries: libraries ?? [:])
    }

    /// The words of help and of wrong usage, `help-ko.json` for Korean: to be read only where they are said.
    package static func help(_ language: Language) -> Words {
        guard language != .english, let table = Self.table("help-\(language.rawValue).json") else {
            return .english
        }
        return Words(language, table: table, libraries: table)
    }

    private static func table(_ name: String) -> [String: String]? {
        guard let url = ShippedFiles.url(name), let data = try? Data(contentsOf: url) else {
            return nil
        }
        return try? JSONDecoder().decode([String: String].self, from: data)
    }

    /// A text of the program in this language.
    package subscript(english: String) -> String { table[english] ?? english }

    /// The same with `values` in place of its `%@`.
    package func say(_ english: String, _ values: String...) -> String {
        Self.filled(self[english], values)
    }

    // MARK: - Which words are spoken

    /// Of the task and not of the process, so that what speaks two languages can be tested at once.
    private static let local = TaskLocal(wrappedValue: english)

    /// The words that are spoken now; English outside of `speak`.
    package static var spoken: Words { local.get() }

    /// Runs `body` in these words.
    package func speak<T>(_ body: () throws -> T) rethrows -> T {
        try Self.local.withValue(self, operation: body)
    }

    // MARK: - Placeholders

    /// `text` with each `%@` replaced by the next of `values`, and each `%2$@` by the second. Any other
    /// per cent sign is one.
    package static func filled(_ text: String, _ values: [String]) -> String {
        guard !values.isEmpty else { return text }
        var next = 0
        return text.replacing(/%(?:([1-9])\$)?@/) { match -> String in
            var place = next
            if let number = match.output.1.flatMap({ Int($0) }) {
                place = number - 1
            } else {
                next += 1
            }
            return values.indices.contains(place) ? values[place] : ""
        }
    }
}

/// A text of the program in the language that is spoken, with `values` in place of its `%@`. `english` is
/// written out where this is called, so that a test finds it.
package func phrase(_ english: String, _ values: any CustomStringConvertible...) -> String {
    Words.filled(Words.spoken[english], values.map { $0.description })
}
