import ChatCore

/// What `replay --verify` found, in words.
package enum ReplayText {
    /// One line that says what was proved and what was not; of a difference, three.
    /// - Parameter isOpen: the session goes on, so its end is not expected to be sealed.
    package static func report(
        _ report: Replay.Report, stopped: Bool = false, isOpen: Bool = false
    ) -> String {
        if let difference = report.difference { return text(difference) }
        guard report.verified > 0 || stopped else {
            return report.imported == 0
                ? "Nothing is proved: there is no reply in it."
                : "Nothing is proved: \(replies(report.imported)), imported, none generated here."
        }
        var parts: [String] = []
        if report.interrupted > 0 {
            parts.append("\(report.interrupted) interrupted, checked as far as said")
        }
        if report.imported > 0 { parts.append("\(report.imported) imported, not checked") }
        if let line = report.skippedDraws.first {
            let more = report.skippedDraws.count == 1 ? "" : " and elsewhere"
            parts.append("a reply was generated and left out before line \(line)\(more)")
        }
        if !report.isClosed, !isOpen, !stopped {
            parts.append("its end is not sealed: lines cut off there would not be seen")
        }
        let head = stopped ? "Stopped after" : "Verified"
        let what = "\(head) \(replies(report.verified)): the same to the last character"
        return ([what] + parts).joined(separator: "; ") + "."
    }

    /// The same as one JSON object.
    /// - Parameter isEdited: the chain of hashes is broken, so it is not the file that charchat wrote.
    package static func json(_ report: Replay.Report, isEdited: Bool) throws -> String {
        try JSONText.line(
            Result(
                exact: report.isExact && !isEdited, edited: isEdited, verified: report.verified,
                interrupted: report.interrupted, imported: report.imported,
                skippedDraws: report.skippedDraws, closed: report.isClosed,
                difference: report.difference.map {
                    Result.Difference(
                        turn: $0.turn, line: $0.line, character: $0.characterIndex + 1,
                        recorded: $0.recorded, generated: $0.generated)
                }), snakeCase: true)
    }

    private struct Result: Encodable {
        struct Difference: Encodable {
            let turn, line, character: Int
            let recorded, generated: String
        }
        let exact, edited: Bool
        let verified, interrupted, imported: Int
        let skippedDraws: [Int]
        let closed: Bool
        let difference: Difference?
    }

    private static func replies(_ count: Int) -> String {
        count == 1 ? "1 reply" : "\(count) replies"
    }

    private static func text(_ difference: Replay.Difference) -> String {
        """
        Turn \(difference.turn) (line \(difference.line)) differs at character \(difference.characterIndex + 1):
          recorded:  \(VisibleText.oneLine(difference.recorded))
          generated: \(VisibleText.oneLine(difference.generated))
        """
    }
}
