/// Where the reply of a turn stands in its transcript. It names the turn as long as the transcript exists:
/// lines are only ever added, and the hash stands for all that was there before.
package struct TurnPlace: Sendable, Hashable {
    /// The line of the reply in the file, from 1.
    package let line: Int
    /// The hash of the line before it, lower-case hexadecimal SHA-256.
    package let previous: String
}

extension Transcript {
    /// The place of turn `number` of the conversation as it stands; nil where it has no such turn.
    package func place(ofTurn number: Int) -> TurnPlace? {
        number < 1 ? nil : history.node(ofTurn: number).map(place(ofNode:))
    }

    /// The turn whose reply stands in a line; nil where none does, or one that was taken back.
    /// Costs in the order of the conversation's length, and nothing for its last turn.
    package func turn(atLine line: Int) -> Turn? {
        var node = history.current
        while node != 0 {
            let found = place(ofNode: node).line
            if found == line { return history.turn(at: node) }
            if found < line { return nil }
            node = history.nodes[node].parent
        }
        return nil
    }

    /// The settings that the reply in a line was drawn with.
    package func settings(atLine line: Int) -> SessionSettings {
        var settings = header.settings
        for entry in entries where entry.line < line {
            if case .set(let change) = entry.event { settings.apply(change) }
        }
        return settings
    }

    /// When the line was written (ISO 8601, UTC); nil where it is not recorded.
    package func time(ofLine line: Int) -> String? {
        guard let index = entries.firstIndex(where: { $0.line == line }) else { return nil }
        let start = index == 0 ? 0 : entries[index - 1].end
        let bytes = bytes.dropFirst(start).prefix(entries[index].end - start)
        // The first event's bytes may begin with the header's line.
        guard let last = TranscriptLines(bytes).whole.last else { return nil }
        return (try? TranscriptLines.decode(last.bytes))?.at
    }

    /// Every turn and clear that ever was, as a tree; the first node is the beginning.
    package var tree: [SessionNode] {
        let standing = Set(history.path(to: history.current))
        return history.nodes.indices.map { node in
            SessionNode(
                parent: node == 0 ? nil : history.nodes[node].parent,
                turn: history.turn(at: node), isSurgery: history.nodes[node].isSurgery,
                place: node == 0 ? nil : place(ofNode: node),
                stands: node == 0 || standing.contains(node))
        }
    }

    func place(ofNode node: Int) -> TurnPlace {
        let event = history.nodes[node].event
        return TurnPlace(line: entries[event].line, previous: hash(ofEvent: event - 1))
    }
}

/// One step of a session: a turn, a clear, or a change of the state by hand.
package struct SessionNode: Sendable {
    /// The index of the step before it; nil for the beginning.
    package let parent: Int?
    /// Nil for the beginning, a clear and a surgery.
    package let turn: Turn?
    /// The state was changed by hand.
    package let isSurgery: Bool
    package let place: TurnPlace?
    /// It is part of the conversation as it stands.
    package let stands: Bool
}

extension Session {
    /// The place of the last turn, at constant cost; nil at the beginning and right after a clear.
    package var lastPlace: TurnPlace? {
        lastTurn == nil ? nil : chain.place(ofNode: history.current)
    }

    /// While a reply is generated: the place that it will have; nil when nothing waits for an answer.
    package var nextPlace: TurnPlace? {
        unanswered == nil ? nil : TurnPlace(line: chain.lastLine + 1, previous: chain.lastHash)
    }

    /// The turn whose reply stands in a line; as `Transcript.turn(atLine:)`.
    package func turn(atLine line: Int) -> Turn? { chain.turn(atLine: line) }

    /// The place of turn `number`; as `Transcript.place(ofTurn:)`.
    package func place(ofTurn number: Int) -> TurnPlace? { chain.place(ofTurn: number) }
}
