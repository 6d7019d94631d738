import Foundation

/// Writes a conversation down for people and other programs.
struct SessionDocument {
    let title: String
    let header: TranscriptHeader
    let turns: [Turn]
    let words: DocumentWords

    func text(_ format: ExportFormat) -> String {
        switch format {
        case .json: json
        case .markdown: VisibleText.lines(markdown)
        case .text: VisibleText.lines(plain)
        }
    }

    private var json: String {
        struct Line: Encodable {
            struct Message: Encodable { let role, content: String }
            let messages: [Message]
        }
        let line = Line(
            messages: turns.flatMap {
                [
                    .init(role: "user", content: $0.user),
                    .init(role: "assistant", content: $0.reply),
                ]
            })
        return String(decoding: (try? StableJSON.encode(line)) ?? Data(), as: UTF8.self) + "\n"
    }

    private var markdown: String {
        let beginning = words.beginning(
            MarkdownText.line(header.created), String(header.model.prefix(12)))
        var result = "# \(MarkdownText.line(title))\n\n\(beginning)\n"
        for turn in turns {
            let quoted = MarkdownText.lines(turn.user).map { "> \($0)" }.joined(separator: "\n")
            let reply = MarkdownText.lines(turn.reply).joined(separator: "\n")
            if turn.startsFresh { result += "\n---\n" }
            if turn.stateWasChanged { result += "\n*\(words.changed)*\n" }
            result += "\n\(quoted)\n\n\(reply)\(mark(turn))\n"
        }
        return result
    }

    private var plain: String {
        turns.map { turn in
            let said = ">>> " + LineEnds.split(turn.user).joined(separator: "\n... ")
            // A line of a reply that looks like something the user said is indented.
            let reply = LineEnds.split(turn.reply)
                .map { $0.hasPrefix(">>> ") || $0.hasPrefix("... ") ? " " + $0 : $0 }
                .joined(separator: "\n")
            return (turn.startsFresh ? "(\(words.cleared))\n" : "")
                + (turn.stateWasChanged ? "(\(words.changed))\n" : "")
                + "\(said)\n\(reply)\(mark(turn))\n"
        }.joined()
    }

    private func mark(_ turn: Turn) -> String {
        turn.origin == .imported
            ? " [\(words.imported)]"
            : turn.endedByStop ? " [\(words.stopped)]" : mark(turn.finishReason)
    }

    private func mark(_ reason: FinishReason) -> String {
        switch reason {
        case .complete: ""
        case .limit: " [\(words.cutAtLimit)]"
        case .repetition: " [\(words.cutAtRepetition)]"
        case .interrupted: " [\(words.interrupted)]"
        }
    }
}
