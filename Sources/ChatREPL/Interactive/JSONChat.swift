import ChatCore
import Foundation

/// Lines of JSON as what is said: a string, or an object whose `user` is one. Blank lines say nothing.
package final class JSONLineReader: LineReader {
    private let lines: any LineReader
    private var number = 0

    /// - Parameter lines: nil: those of standard input.
    package init(_ lines: (any LineReader)? = nil) {
        self.lines = lines ?? PipeLineReader(isJSON: true)
    }

    package func readLine(prompt: Prompt) -> LineInput {
        let input = lines.readLine(prompt: prompt)
        number += 1
        guard case .line(let line) = input, !line.trimmed.isEmpty else { return input }
        guard let said = try? JSONDecoder().decode(Said.self, from: Data(line.utf8)) else {
            return .unusable(
                "Line \(number) is neither a JSON string nor an object with the string \"user\". It was not sent."
            )
        }
        if let key = JSONKeys.duplicate(in: line.utf8) {
            return .unusable(
                "Line \(number) has the field \(quoted(key)) twice. It was not sent.")
        }
        return .line(said.text)
    }

    private struct Said: Decodable {
        let text: String

        private enum Key: CodingKey { case user }

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                self.text = text
            } else {
                text = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .user)
            }
        }
    }
}

/// The screen of `chat --json`: one object on standard output for each line of input. What people are told
/// beside the reply stands in it, too; only what comes behind the last line goes to standard error.
package final class JSONScreen: Screen {
    package let style = Style.plain
    package let streams = false
    private let output: Output
    private let messages: Output
    private let hash: () -> String?
    private var answer = Answer()

    /// What came of one line. Names that have nothing to tell are left out.
    private struct Answer: Encodable {
        var reply: String?
        /// `complete`, `limit`, `repetition` or `interrupted`.
        var finishReason: FinishReason?
        var turn: Int?
        /// The share of such replies that are right, 0 to 1; where it was measured for the model.
        var certainty: Double?
        /// Of the transcript's line that holds the reply.
        var hash: String?
        /// Why the line was refused.
        var error: String?
        /// What commands show and what happened beside.
        var notices: [String]?

        enum CodingKeys: String, CodingKey {
            case reply, turn, certainty, hash, error, notices
            case finishReason = "ending"
        }
    }

    /// - Parameter hash: of the transcript's last line.
    package init(
        output: Output = .standard, messages: Output = .error, hash: @escaping () -> String?
    ) {
        self.output = output
        self.messages = messages
        self.hash = hash
    }

    package func replyPiece(_ text: String) throws {}

    package func replied(_ turn: Turn, certainty: ReplyCertainty?) throws {
        answer.reply = turn.reply
        answer.finishReason = turn.finishReason
        answer.turn = turn.number
        answer.certainty = certainty?.share
        answer.hash = hash()
    }

    package func replyEnds(_ whole: String, note: String?) throws {}
    package func show(_ text: String) throws { answer.notices = (answer.notices ?? []) + [text] }
    package func notice(_ line: String) throws { try show(line) }

    package func problem(_ line: String) throws {
        if answer.error == nil { answer.error = line } else { try show(line) }
    }

    package func lineEnds() throws {
        let line = try JSONText.line(answer)
        answer = Answer()
        try output.writeLine(line)
    }

    package func chatEnds() throws {
        for line in (answer.error.map { [$0] } ?? []) + (answer.notices ?? []) {
            try? messages.tell(line)
        }
        answer = Answer()
    }
}
