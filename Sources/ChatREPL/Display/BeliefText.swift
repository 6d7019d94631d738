import ChatCore
import ChatEvaluation
import Foundation

/// What a model believes, and how two of its states differ, in words.
enum BeliefText {
    /// Where the replies begin in their lines.
    static let replyColumn = 8

    /// Replies, each with how sure the model is: the share of such replies that are right, where that was
    /// measured, else the probability that it gives its own words.
    static func lines(_ beliefs: [Belief]) -> String {
        beliefs.map { belief in
            let share = CertaintyText.percent(belief.certainty ?? exp2(-belief.bits))
            return "\(TextWrap.right(share, replyColumn - 2))  \(VisibleText.oneLine(belief.reply))"
        }.joined(separator: "\n")
    }

    /// The parts of two states, one a line.
    static func lines(
        _ difference: StateDifference, _ first: Int, _ second: Int, style: Style, width: Int
    ) -> String {
        let label = max(10, difference.parts.map { DisplayWidth.of($0.name) }.max() ?? 0)
        let cell = width < label + 36 ? 7 : 9
        let titles = ["@\(first)", "@\(second)", phrase("change"), phrase("cosine")]
        let head =
            TextWrap.padded("", label) + titles.map { TextWrap.right($0, cell) }.joined()
        let rows = difference.parts.map { part in
            TextWrap.padded(part.name, label)
                + [part.first, part.second, part.difference, part.cosine]
                .map { TextWrap.right(ModelText.fixed($0, 2), cell) }.joined()
        }
        let odds = phrase(
            "odds of the next first character: %@ bits apart",
            ModelText.fixed(difference.divergence, 3))
        return ([style.dim(head)] + rows + [style.dim(odds)]).joined(separator: "\n")
    }
}
