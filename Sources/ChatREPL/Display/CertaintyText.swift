import ChatCore
import ChatEvaluation
import Foundation

/// How sure replies are, in words.
enum CertaintyText {
    /// The sign at an unsure reply.
    static var sign: String { phrase("unsure") }

    /// A whole per cent.
    static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

    /// A fit as a table.
    static func lines(_ fit: CertaintyFit, replies: [Int]) -> String {
        var lines = [
            phrase("fitted to %@ replies, judged by %@ others", replies[0], replies[1]),
            phrase(
                "expected calibration error %@", ModelText.fixed(fit.calibration.expectedError, 3)),
        ]
        if let limit = fit.atLimit {
            lines.append(
                phrase(
                    "limit %@: %@ of the replies are above it, %@ of these are right",
                    ModelText.fixed(limit.certainty, 2), percent(limit.answered),
                    percent(limit.right)))
        } else {
            lines.append(phrase("no limit: at no certainty are enough replies right"))
        }
        func row(_ answered: String, _ right: String, _ certainty: String) -> String {
            "\(TextWrap.right(answered, 9))  \(TextWrap.right(right, 5))  \(certainty)"
        }
        lines.append(row(phrase("answered"), phrase("right"), phrase("from certainty")))
        for point in fit.points {
            let certainty = ModelText.fixed(point.certainty, 2)
            lines.append(row(percent(point.answered), percent(point.right), certainty))
        }
        return lines.joined(separator: "\n")
    }
}
