/// What a line typed into the chat means.
package enum LineMeaning: Equatable, Sendable {
    case nothing
    case message(String)
    case command(SlashCommand)
    /// A message of several lines begins; what stood after `"""` is its first line.
    case beginsBlock(firstLine: String)
    case problem(String)

    /// The mark around a message of several lines.
    package static let blockMark = "\"\"\""

    /// Reads a line.
    /// - Parameters:
    ///   - allowsBlocks: false where every line is a turn by itself (a pipe).
    ///   - allowsCommands: false where a line is what is said and nothing else.
    package init(_ line: String, allowsBlocks: Bool = true, allowsCommands: Bool = true) {
        let text = Self.withASCIISlashes(line.trimmed)
        if text.isEmpty {
            self = .nothing
        } else if !allowsCommands {
            self = .message(line)
        } else if text.hasPrefix("//") {
            self = .message(String(text.dropFirst()))
        } else if text.hasPrefix("/") {
            do throws(SlashCommandProblem) {
                self = .command(try SlashCommand.parse(text))
            } catch {
                self = .problem(error.description)
            }
        } else if allowsBlocks, text.hasPrefix(Self.blockMark) {
            let rest = String(text.dropFirst(Self.blockMark.count))
            self = Self.blockEnd(rest).map { .message($0) } ?? .beginsBlock(firstLine: rest)
            if case .message(let content) = self, content.trimmed.isEmpty { self = .nothing }
        } else {
            self = .message(line)
        }
    }

    /// The same with the slashes that it begins with as ASCII has them, where an input method made them
    /// of full width.
    private static func withASCIISlashes(_ text: String) -> String {
        guard text.hasPrefix("／") else { return text }
        let rest = text.drop { $0 == "／" || $0 == "/" }
        return String(repeating: "/", count: text.count - rest.count) + rest
    }

    /// What a line of the history said to the model; the line itself where that was nothing.
    package static func said(by line: String) -> String {
        switch LineMeaning(line) {
        case .message(let text): text
        case .nothing, .command, .problem, .beginsBlock: line
        }
    }

    /// The command that a message was perhaps meant to be: one typed without its slash.
    package static func meant(_ text: String) -> String? {
        let word = text.trimmed.lowercased()
        let others = [
            ":q": "/bye", "help me": "/?", "commands": "/?", "나가기": "/끝", "종료": "/끝",
            "명령어": "/도움말",
        ]
        return others[word] ?? CommandTable.entry(named: "/" + word)?.shownNames[0]
    }

    /// The text before the closing mark, when the line ends a block; nil when the block goes on.
    package static func blockEnd(_ line: String) -> String? {
        var text = line
        while text.last?.isWhitespace == true { text.removeLast() }
        return text.hasSuffix(blockMark) ? String(text.dropLast(blockMark.count)) : nil
    }
}
