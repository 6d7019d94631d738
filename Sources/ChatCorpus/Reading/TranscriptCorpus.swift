import ChatCore

/// Reads a transcript as a corpus: the conversation as it stood at the end, with every undo, redo,
/// regenerated reply and clear followed. Interrupted replies are left out: nobody should learn to
/// break off. So is a torn last line.
///
/// It does not check the hash chain, and passes over events that it does not know.
enum TranscriptCorpus {
    private enum Step {
        case turn(user: String, reply: String, isWhole: Bool)
        case clear
    }

    /// The lines after the first one.
    static func read(_ lines: inout CorpusLines, of path: String) throws -> [Dialogue] {
        var steps: [Step] = []
        var undone: [Step] = []
        var unanswered: String?
        while let line = try lines.next() {
            if line.text.isEmpty { continue }
            let json: CorpusLine
            do {
                json = try CorpusLine(line, of: path)
            } catch  where !line.isClosed {
                break
            }
            let content = CorpusLine.withLineFeeds(json.content ?? "")
            switch (json.role, json.event) {
            case ("user", _): unanswered = content
            case ("assistant", let event):
                var user = unanswered
                if event == "regenerate", case .turn(let asked, _, _)? = steps.last {
                    user = asked
                    steps.removeLast()
                }
                unanswered = nil
                undone = []
                let isWhole = json.ended == nil || json.ended == "complete"
                steps.append(.turn(user: user ?? "", reply: content, isWhole: isWhole))
            case (_, "undo"):
                var count = max(0, json.turns ?? 1)
                if unanswered != nil, count > 0 { count -= 1 }
                unanswered = nil
                for _ in 0..<min(count, steps.count) { undone.append(steps.removeLast()) }
            case (_, "redo"):
                unanswered = nil
                for _ in 0..<min(max(0, json.turns ?? 1), undone.count) {
                    steps.append(undone.removeLast())
                }
            case (_, "clear"):
                unanswered = nil
                undone = []
                steps.append(.clear)
            default: break
            }
        }
        var dialogues = [Dialogue()]
        for step in steps {
            switch step {
            case .clear: dialogues.append(Dialogue())
            case .turn(_, _, isWhole: false): break
            case .turn(let user, let reply, isWhole: true):
                dialogues[dialogues.count - 1].messages +=
                    [
                        Message(role: .user, content: user),
                        Message(role: .assistant, content: reply),
                    ]
            }
        }
        return dialogues.filter { !$0.messages.isEmpty }
    }
}
