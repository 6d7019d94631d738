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
            "fitted to \(replies[0]) replies, judged by \(replies[1]) others",
            "expected calibration error \(String(format: "%.3f", fit.calibration.expectedError))",
        ]
        if let limit = fit.atLimit {
            lines.append(
                "limit \(String(format: "%.2f", limit.certainty)): \(percent(limit.answered)) of the replies are above it, \(percent(limit.right)) of these are right"
            )
        } else {
            lines.append("no limit: at no certainty are enough replies right")
        }
        lines.append("answered  right  from certainty")
        for point in fit.points {
            lines.append(
                String(
                    format: "%7.0f %%  %3.0f %%  %.2f", point.answered * 100, point.right * 100,
                    point.certainty))
        }
        return lines.joined(separator: "\n")
    }
}
