import ChatCore
import ChatEvaluation
import Foundation

/// What a session was worth and what it still holds, in words and bars.
package enum WorthText {
    /// `/bits`: a table, turn by turn.
    package static func bits(_ worth: SessionWorth, style: Style, width: Int) -> String {
        let head = " turn      you  control    reply  control  "
        let rows = worth.exchanges.map { exchange in
            let room = max(10, width - head.count)
            return TextWrap.right("\(exchange.number)", 5) + cell(exchange.userPart.worth)
                + cell(exchange.userPart.controlWorth) + cell(exchange.replyPart.worth)
                + cell(exchange.replyPart.controlWorth) + "  "
                + style.dim(TextWrap.cut(exchange.user, room))
        }
        let total =
            "total" + cell(worth.userTotal.worth) + cell(worth.userTotal.controlWorth)
            + cell(worth.replyTotal.worth) + cell(worth.replyTotal.controlWorth)
        return
            ([style.bold(head)] + rows + [
                style.bold(total),
                "The session saved \(signed(worth.total.worth)) bits; another session's state \(signed(worth.total.controlWorth)).",
                style.dim(
                    TextWrap.paragraphs(
                        "Bits with a fresh state minus bits with the session; below 0 it misled. control: the same with the state of another session.",
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
        let title =
            "How much the reply to '\(VisibleText.line(memory.question, limit: 40))' would change without a turn:"
        let note =
            notLeftOut > 0
            ? style.dim(
                "Of this context, \(SessionText.turns(notLeftOut)) before these \(notLeftOut == 1 ? "was" : "were") not left out."
            ) : nil
        return
            ([title, style.bold(" turn    bits")] + rows
            + [
                note,
                style.dim(
                    TextWrap.paragraphs(
                        "Kullback-Leibler divergence over '\(VisibleText.line(memory.reply, limit: 40))', each state read anew.",
                        width: width)),
            ].compactMap { $0 }).joined(separator: "\n")
    }

    /// `/context`: how much was said, and how large what remembers it is.
    package static func context(_ session: Session) -> String {
        let turns = session.turns
        let start = session.contextIsEmpty ? turns.count : turns.lastIndex { $0.startsFresh } ?? 0
        let held = turns[start...]
        let characters = held.reduce(0) { $0 + $1.user.count + $1.reply.count }
        let bytes = session.generator.freshState.byteCount
        var lines = [
            "context  \(SessionText.turns(held.count)), \(ModelText.grouped(characters)) characters"
        ]
        if start > 0 { lines.append("cleared  \(SessionText.turns(start)) before that") }
        lines.append(
            "state    \(ModelText.grouped(bytes)) bytes: the same at turn 1 and at turn 1,000")
        if let folder = session.url?.deletingLastPathComponent() {
            let megabytes = { (count: Int64) in ModelText.fixed(Double(count) / Double(1 << 20), 1)
            }
            lines.append(
                "caches   \(megabytes(SnapshotFile.bytes(in: folder))) MB of states beside all saved sessions, at most \(megabytes(SnapshotFile.folderBudget))"
            )
        }
        return lines.joined(separator: "\n")
    }

    /// With its sign, one decimal.
    package static func signed(_ value: Double) -> String {
        let text = ModelText.fixed(value, 1)
        return text == "-0.0" ? "+0.0" : value >= 0 ? "+\(text)" : text
    }

    private static func cell(_ value: Double) -> String { TextWrap.right(signed(value), 9) }
}
