import ChatCore
import ChatEvaluation
import Foundation

/// What a session was worth and what it still holds, in words and bars.
package enum WorthText {
    /// `/bits`: a table, turn by turn.
    package static func bits(_ worth: SessionWorth, style: Style, width: Int) -> String {
        let titles = [phrase("you"), phrase("control"), phrase("reply"), phrase("control")]
        let head =
            TextWrap.right(phrase("turn"), 5)
            + titles.map { TextWrap.right($0, 9) }.joined() + "  "
        let rows = worth.exchanges.map { exchange in
            let room = max(10, width - DisplayWidth.of(head))
            return TextWrap.right("\(exchange.number)", 5) + cell(exchange.userPart.worth)
                + cell(exchange.userPart.controlWorth) + cell(exchange.replyPart.worth)
                + cell(exchange.replyPart.controlWorth) + "  "
                + style.dim(TextWrap.cut(exchange.user, room))
        }
        let total =
            TextWrap.right(phrase("total"), 5) + cell(worth.userTotal.worth)
            + cell(worth.userTotal.controlWorth)
            + cell(worth.replyTotal.worth) + cell(worth.replyTotal.controlWorth)
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
        // Less than a tenth of a bit in all is nothing held.
        let most = max(memory.traces.map(\.bits).max() ?? 0, 0.1)
        let barWidth = 20
        let rows = memory.traces.map { trace in
            let filled = ModelText.whole(trace.bits / most * Double(barWidth), in: 0...barWidth)
            let bar =
                String(repeating: "█", count: filled)
                + String(repeating: "·", count: barWidth - filled)
            let figure = TextWrap.right(ModelText.fixed(trace.bits, 2), 8)
            return TextWrap.right("\(trace.number)", 5) + figure + "  " + style.name(bar) + "  "
                + style.dim(TextWrap.cut(trace.user, max(10, width - 37)))
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
                            "Kullback-Leibler divergence over '%@', each state read anew.",
                            VisibleText.line(memory.reply, limit: 40)),
                        width: width)),
            ].compactMap { $0 }).joined(separator: "\n")
    }

    /// `/context`: how much was said, and how large what remembers it is.
    package static func context(_ session: Session) -> String {
        let turns = session.turns
        let start = session.contextIsEmpty ? turns.count : turns.lastIndex { $0.startsFresh } ?? 0
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
                label(phrase("cleared")) + phrase("%@ before that", SessionText.turns(start)))
        }
        lines.append(
            label(phrase("state"))
                + phrase(
                    "%@ bytes: the same at turn 1 and at turn 1,000", ModelText.grouped(bytes)))
        if let folder = session.url?.deletingLastPathComponent() {
            let megabytes = { (count: Int64) in ModelText.fixed(Double(count) / Double(1 << 20), 1)
            }
            lines.append(
                label(phrase("caches"))
                    + phrase(
                        "%@ MB of states beside all saved sessions, at most %@",
                        megabytes(SnapshotFile.bytes(in: folder)),
                        megabytes(SnapshotFile.folderBudget))
            )
        }
        return lines.joined(separator: "\n")
    }

    private static func label(_ text: String) -> String { TextWrap.padded(text, 9) }

    /// With its sign, one decimal.
    package static func signed(_ value: Double) -> String {
        let text = ModelText.fixed(value, 1)
        return text == "-0.0" ? "+0.0" : value >= 0 ? "+\(text)" : text
    }

    private static func cell(_ value: Double) -> String { TextWrap.right(signed(value), 9) }
}
