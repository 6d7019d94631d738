import ChatCore
import ChatEvaluation
import Foundation

/// What a session was worth and what it still holds, in words and bars.
package enum WorthText {
    /// `/bits`: a table, turn by turn.
    package static func bits(_ worth: SessionWorth, style: Style, width: Int) -> String {
        let titles = [phrase("you"), phrase("control"), phrase("reply"), phrase("control")]
        // Where there is no room for what was said beside its figures, these stand alone.
        let isNarrow = width < 5 + 4 * 9 + 2 + 10
        let cellWidth = isNarrow ? 8 : 9
        func row(_ cells: [String], of first: String) -> String {
            TextWrap.right(first, 5) + cells.map { TextWrap.right($0, cellWidth) }.joined()
        }
        func figures(_ user: SessionWorth.Part, _ reply: SessionWorth.Part) -> [String] {
            [user.worth, user.controlWorth, reply.worth, reply.controlWorth].map(signed)
        }
        let head = row(titles, of: phrase("turn"))
        let rows = worth.exchanges.map { exchange in
            let line = row(
                figures(exchange.userPart, exchange.replyPart), of: "\(exchange.number)")
            guard !isNarrow else { return line }
            let room = max(10, width - DisplayWidth.of(head) - 2)
            return line + "  " + style.dim(TextWrap.cut(exchange.user, room))
        }
        let total = row(figures(worth.userTotal, worth.replyTotal), of: phrase("total"))
        return
            ([style.bold(head)] + rows + [
                style.bold(total),
                phrase(
                    "The session saved %@ bits; another session's state %@.",
                    signed(worth.total.worth), signed(worth.total.controlWorth)),
                style.dim(
                    TextWrap.paragraphs(
                        phrase(
                            "Bits with a fresh state minus bits with the session; below 0 it misled. control: the same with the state of another session."
                        ),
                        width: width)),
            ]).joined(separator: "\n")
    }

    /// `/memory`: a bar for each earlier turn.
    /// - Parameter notLeftOut: turns before these that were read each time.
    package static func memory(
        _ memory: SessionMemory, notLeftOut: Int, style: Style, width: Int
    ) -> String {
        let most = max(memory.traces.map(\.bits).max() ?? 0, SessionMemory.leastBits)
        // Figures and spaces take 17 columns; the bar gives way to the text.
        let barWidth = min(20, max(4, width - 17 - 12))
        let rows = memory.traces.map { trace in
            let filled = ModelText.whole(trace.bits / most * Double(barWidth), in: 0...barWidth)
            let bar =
                String(repeating: "█", count: filled)
                + String(repeating: "·", count: barWidth - filled)
            let figure = TextWrap.right(ModelText.fixed(trace.bits, 2), 8)
            return TextWrap.right("\(trace.number)", 5) + figure + "  " + style.name(bar) + "  "
                + style.dim(TextWrap.cut(trace.user, max(8, width - 17 - barWidth)))
        }
        let title = phrase(
            "How much the reply to '%@' would change without a turn:",
            VisibleText.line(memory.question, limit: 40))
        let head = TextWrap.right(phrase("turn"), 5) + TextWrap.right(phrase("bits"), 8)
        let note =
            notLeftOut > 0
            ? style.dim(
                notLeftOut == 1
                    ? phrase("Of this context, 1 turn before these was not left out.")
                    : phrase(
                        "Of this context, %@ turns before these were not left out.", notLeftOut))
            : nil
        return
            ([title, style.bold(head)] + rows
            + [
                note,
                style.dim(
                    TextWrap.paragraphs(
                        phrase(
                            "Kullback-Leibler divergence over '%@', each state read anew. A full bar is %@ bits.",
                            VisibleText.line(memory.reply, limit: 40), ModelText.fixed(most, 2)),
                        width: width)),
            ].compactMap { $0 }).joined(separator: "\n")
    }

    /// `/context`: how much was said, and how large what remembers it is.
    package static func context(_ session: Session) -> String {
        let turns = session.turns
        let isCut = session.contextIsEmpty || session.stateWasChanged
        let start =
            isCut
            ? turns.count : turns.lastIndex { $0.startsFresh || $0.stateWasChanged } ?? 0
        let isChanged =
            isCut ? session.stateWasChanged : start < turns.count && turns[start].stateWasChanged
        let held = turns[start...]
        let characters = held.reduce(0) {
            $0 + Normalization.characterCount($1.user) + Normalization.characterCount($1.reply)
        }
        let bytes = session.generator.freshState.byteCount
        var lines = [
            label(phrase("context"))
                + phrase(
                    "%@, %@ characters", SessionText.turns(held.count),
                    ModelText.grouped(characters))
        ]
        if start > 0 {
            lines.append(
                label(isChanged ? phrase("changed") : phrase("cleared"))
                    + phrase("%@ before that", SessionText.turns(start)))
        }
        lines.append(
            label(phrase("state"))
                + phrase(
                    "%@ bytes: the same at turn 1 and at turn 1,000", ModelText.grouped(bytes)))
        if let folder = session.url?.deletingLastPathComponent() {
            // A no-break space keeps the number and its unit in one line.
            let megabytes = { (count: Int64) in
                ModelText.fixed(Double(count) / Double(1 << 20), 1) + "\u{A0}MB"
            }
            lines.append(
                label(phrase("caches"))
                    + phrase(
                        "%@ of states beside all saved sessions, at most %@",
                        megabytes(SnapshotFile.bytes(in: folder)),
                        megabytes(SnapshotFile.folderBudget))
            )
        }
        return lines.joined(separator: "\n")
    }

    /// Columns of what stands before a value of `/context`.
    static let labelWidth = 9

    private static func label(_ text: String) -> String { TextWrap.padded(text, labelWidth) }

    /// With its sign, one decimal.
    package static func signed(_ value: Double) -> String {
        let text = ModelText.fixed(value, 1)
        return text == "-0.0" ? "+0.0" : value >= 0 ? "+\(text)" : text
    }
}
