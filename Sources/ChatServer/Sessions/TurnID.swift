import ChatCore

/// The name of a turn on the wire: the session it stands in, the line of its reply, and the first digits of
/// the hash of the line before, so that an id of a session that was deleted and made anew is not mistaken.
package struct TurnID: Hashable, Sendable {
    package let session: String
    let line: Int
    /// Eight hexadecimal digits.
    let mark: String

    init(session: String, place: TurnPlace) {
        self.session = session
        line = place.line
        mark = String(place.previous.prefix(8))
    }

    /// Reads an id in the form of `response` or of a message; nil where it is none.
    package init?(_ text: String) {
        let parts = text.split(separator: "_", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, ["resp", "msg", "ask"].contains(parts[0]),
            let line = Int(parts[1]), line > 1, String(line) == parts[1],
            parts[2].utf8.count == 8, !parts[3].isEmpty
        else { return nil }
        self.session = String(parts[3])
        self.line = line
        mark = String(parts[2])
    }

    private var rest: String { "\(line)_\(mark)_\(session)" }
    /// The response's.
    package var response: String { "resp_" + rest }
    /// The reply's as a message.
    package var reply: String { "msg_" + rest }
    /// What the user said, as a message.
    var question: String { "ask_" + rest }

    /// Whether it names the turn at that place.
    func names(_ place: TurnPlace?) -> Bool {
        place.map { $0.line == line && $0.previous.hasPrefix(mark) } ?? false
    }
}

extension Transcript {
    /// The turn that an id names, where it stands in the conversation.
    func turn(_ id: TurnID) -> Turn? {
        turn(atLine: id.line).flatMap { id.names(place(ofTurn: $0.number)) ? $0 : nil }
    }
}

extension Session {
    /// The turn that an id names, where it stands in the conversation.
    func turn(_ id: TurnID) -> Turn? {
        turn(atLine: id.line).flatMap { id.names(place(ofTurn: $0.number)) ? $0 : nil }
    }
}
