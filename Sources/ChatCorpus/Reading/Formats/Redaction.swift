import ChatCore
import Foundation

/// What is taken out of a text before it is learned: numbers that can be called, addresses, links, and
/// names of a list. A sieve, not a promise: what has no telling form stays in.
public struct Redaction: Sendable, Equatable {
    /// Names to be taken out, whole words, whatever their case.
    public var names: [String]

    /// Takes out what has a telling form, and these names.
    public init(names: [String] = []) { self.names = names }

    /// A list with a name a line; empty lines and those that begin with # do not count.
    /// - Parameter encoding: of a list that is not UTF-8 and has no mark.
    /// - Throws: `CorpusError`.
    public init(namesIn file: URL, encoding: String? = nil) throws {
        var lines = CorpusLines(try CorpusOpener.text(file, encoding: encoding))
        names = []
        while let line = try lines.next() {
            let name = line.text.trimmed
            if !name.isEmpty, !name.hasPrefix("#") { names.append(name) }
        }
    }

    /// What somebody shown as `name` is called in a chat: Mina of Mina Kim, 민아 of 김민아. Words are taken
    /// apart in Latin letters only: in other scripts a short one is easily the beginning of another word.
    static func calls(_ name: String) -> [String] {
        var calls = [name]
        for word in name.prefix(while: { $0 != "(" }).split(whereSeparator: \.isWhitespace) {
            let word = word.trimmingCharacters(in: .letters.inverted)
            if word.count == 3, word.allSatisfy({ ("가"..."힣").contains($0) }) {
                calls += [word, String(word.dropFirst())]
            } else if word.count > 1, !noCalls.contains(word.lowercased()),
                word.unicodeScalars.allSatisfy({ $0.value < 0x250 || $0 == "’" })
            {
                calls.append(word)
            }
        }
        return calls
    }

    /// Words of names that nobody is called by.
    private static let noCalls: Set<String> = [
        "and", "da", "de", "del", "der", "di", "dr", "la", "le", "mr", "mrs", "ms", "of", "the",
        "und", "van", "von",
    ]

    var fingerprint: String { "redacted\n" + names.joined(separator: "\n") }
}

/// Redacts texts.
struct Redactor: Sendable {
    private let patterns: [(expression: NSRegularExpression, replacement: String)]

    init(_ redaction: Redaction) {
        var patterns = Self.always
        let names = redaction.names.filter { !$0.isEmpty }
            .sorted { $0.count > $1.count }
            .map { NSRegularExpression.escapedPattern(for: $0) }
        for start in stride(from: 0, to: names.count, by: 200) {
            let some = names[start..<min(start + 200, names.count)].joined(separator: "|")
            // Not inside another word; in Hangul, where particles follow a name, only not after one.
            patterns.append(
                (#"(?i)(?<![\p{L}\p{N}])(?:\#(some))(?![A-Za-z\u00C0-\u024F\p{N}])"#, "[name]"))
        }
        self.patterns = patterns.compactMap { pattern, replacement in
            (try? NSRegularExpression(pattern: pattern)).map { ($0, replacement) }
        }
    }

    private static let always: [(String, String)] = [
        (#"(?i)\b(?:https?://|www\.)[^\s<>"')\]]+"#, "[link]"),
        (#"(?i)[A-Z0-9._%+-]{1,64}@[A-Z0-9-]{1,63}(?:\.[A-Z0-9-]{1,63}){1,6}"#, "[address]"),
        (
            #"\b\d{1,5}[A-Za-z]?(?:\s+\p{Lu}[\p{L}.'-]{0,30}){1,3}\s+(?:Street|St\.?|Road|Rd\.?|Avenue|Ave\.?|Lane|Ln\.?|Drive|Dr\.?|Way|Court|Square|Boulevard|Blvd\.?)(?![\p{L}])"#,
            "[address]"
        ),
        (
            #"\p{Lu}[\p{L}-]{1,30}(?:straße|strasse|str\.|weg|platz|gasse)\s+\d{1,4}[a-z]?\b"#,
            "[address]"
        ),
        (
            #"(?:[가-힣]{1,8}(?:특별시|광역시|특별자치시|시|도)\s+)?[가-힣]{1,8}(?:시|군|구|읍|면|동)\s+[가-힣0-9]{1,12}(?:로|길)\s*\d{1,4}(?:-\d{1,4})?(?:번길\s*\d{1,4})?"#,
            "[address]"
        ),
        // Directly behind Hangul too, as Korean writes it; WhatsApp parts numbers with U+2011.
        (
            #"(?<![A-Za-z\u00C0-\u024F\p{N}])(?:\(\+?\d{1,4}\)[\s-]?)?\+?\d(?:[\s().\-\u2010-\u2015\u2212/]{0,2}\d){6,18}(?![\p{N}])"#,
            "[number]"
        ),
    ]

    func redacted(_ text: String) -> String {
        var result = text
        for (expression, replacement) in patterns {
            let range = NSRange(result.startIndex..., in: result)
            guard expression.firstMatch(in: result, range: range) != nil else { continue }
            result = expression.stringByReplacingMatches(
                in: result, range: range,
                withTemplate: NSRegularExpression.escapedTemplate(for: replacement))
        }
        return result
    }

    func redacted(_ dialogue: Dialogue) -> Dialogue {
        Dialogue(
            messages: dialogue.messages.map {
                Message(role: $0.role, content: redacted($0.content))
            })
    }
}
