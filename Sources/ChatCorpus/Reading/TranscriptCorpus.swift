import ChatCore

/// Reads a transcript as a corpus: the conversation as it stood at the end, every event with the meaning
/// that it has in a session (`TurnTree`). Interrupted replies are left out: nobody should learn to break
/// off. So is a torn last line.
///
/// It does not check the chain of hashes: what it says is a corpus whoever wrote it.
enum TranscriptCorpus {
    /// A reply, and whether it came to its end.
    private typealias Tree = TurnTree<(content: String, isWhole: Bool)>

    /// The lines after the first one.
    /// - Throws: `CorpusError` with file and line, also for what no session writes there.
    static func read(_ lines: inout CorpusLines, of path: String) throws -> [Dialogue] {
        var tree = Tree()
        while let line = try lines.next() {
            if line.text.allSatisfy(\.isWhitespace) { continue }
            let json: CorpusLine
            do {
                json = try CorpusLine(line, of: path)
            } catch  where !line.isClosed {
                break
            }
            func fail(_ problem: String) -> CorpusError {
                .line(file: path, line: line.number, problem: problem)
            }
            if let key = JSONKeys.duplicate(in: line.text.utf8) {
                throw fail("has the field \(quoted(key)) twice")
            }
            do {
                try tree.apply(try event(json, fail))
            } catch let impossible as ImpossibleEvent {
                throw fail("cannot be: \(impossible.what)")
            }
        }
        return dialogues(tree)
    }

    private static func event(
        _ line: CorpusLine, _ fail: (String) -> CorpusError
    ) throws -> Tree.Event {
        guard let kind = LineKind(role: line.role, event: line.event) else {
            throw fail("is of a kind that is not known here; a newer program may know it")
        }
        func content() throws -> String {
            guard let content = line.content else { throw fail(#"lacks a "content""#) }
            return LineEnds.asLineFeeds(content)
        }
        func steps() throws -> Int {
            guard let turns = line.turns else { throw fail(#"lacks "turns""#) }
            return turns
        }
        func name() throws -> String {
            guard let name = line.markName else { throw fail(#"lacks a "name""#) }
            return name
        }
        switch kind {
        case .user: return .said(try content())
        case .reply, .regeneratedReply, .continuedReply:
            let isWhole = line.ended == nil || line.ended == "complete"
            return .replied((try content(), isWhole), regenerated: kind != .reply)
        case .undo: return .undid(try steps())
        case .redo: return .redid(try steps())
        case .clear: return .cleared
        case .take:
            guard let turn = line.takenTurn else { throw fail(#"lacks "turn""#) }
            return .took(turn: turn)
        // Which head or values is nothing to learn from.
        case .silence: return .silenced(layer: 1, head: 1)
        case .load: return .given([])
        case .mark: return .marked(try name())
        case .back: return .wentBack(try name())
        case .system, .set, .fork, .close: return .aside
        }
    }

    /// A clear begins another dialogue, and so does what was done to the state by hand: what follows does not
    /// follow from the words above.
    private static func dialogues(_ tree: Tree) -> [Dialogue] {
        var dialogues = [Dialogue()]
        for node in tree.path(to: tree.current) {
            switch tree.nodes[node].kind {
            case .root: break
            case .clear, .surgery: dialogues.append(Dialogue())
            case .turn(let user, let reply):
                guard reply.isWhole else { continue }
                dialogues[dialogues.count - 1].messages += [
                    Message(role: .user, content: user),
                    Message(role: .assistant, content: reply.content),
                ]
            }
        }
        return dialogues.filter { !$0.messages.isEmpty }
    }
}
