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
                ? phrase("Nothing is proved: there is no reply in it.")
                : phrase(
                    "Nothing is proved: %@, imported or written by hand, none generated here.",
                    replies(report.imported))
        }
        var parts: [String] = []
        if report.interrupted > 0 {
            parts.append(
                phrase("%@ interrupted, checked as far as said", report.interrupted))
        }
        if report.imported > 0 {
            parts.append(phrase("%@ imported or written by hand, not checked", report.imported))
        }
        if report.changedStates > 0 {
            parts.append(
                report.changedStates == 1
                    ? phrase("the state was changed by hand once")
                    : phrase("the state was changed by hand %@ times", report.changedStates))
        }
        if report.givenStates > 0 {
            parts.append(
                report.givenStates == 1
                    ? phrase("1 state was brought in from outside, not made here")
                    : phrase(
                        "%@ states were brought in from outside, not made here",
                        report.givenStates))
        }
        if let line = report.skippedDraws.first {
            parts.append(
                report.skippedDraws.count == 1
                    ? phrase("a reply was generated and left out before line %@", line)
                    : phrase(
                        "a reply was generated and left out before line %@ and elsewhere", line))
        }
        if !report.isClosed, !isOpen, !stopped {
            parts.append(
                phrase("its end is not sealed: lines cut off there would not be seen"))
        }
        let count = replies(report.verified)
        let what =
            stopped
            ? phrase("Stopped after %@: the same to the last character", count)
            : phrase("Verified %@: the same to the last character", count)
        return ([what] + parts).joined(separator: "; ") + "."
    }

    /// The same as one JSON object.
    /// - Parameter isEdited: the chain of hashes is broken, so it is not the file that charchat wrote.
    package static func json(_ report: Replay.Report, isEdited: Bool) throws -> String {
        try JSONText.line(
            Result(
                exact: report.isExact && !isEdited, edited: isEdited,
                proved: report.provesSomething && !isEdited, verified: report.verified,
                interrupted: report.interrupted, imported: report.imported,
                changedStates: report.changedStates, givenStates: report.givenStates,
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
        let exact, edited, proved: Bool
        let verified, interrupted, imported, changedStates, givenStates: Int
        let skippedDraws: [Int]
        let closed: Bool
        let difference: Difference?
    }

    private static func replies(_ count: Int) -> String {
        count == 1 ? phrase("1 reply") : phrase("%@ replies", count)
    }

    private static func text(_ difference: Replay.Difference) -> String {
        let place = phrase(
            "Turn %@ (line %@) differs at character %@:", difference.turn, difference.line,
            difference.characterIndex + 1)
        let titles = [phrase("recorded:"), phrase("generated:")]
        let width = titles.map(DisplayWidth.of).max() ?? 0
        let lines = zip(titles, [difference.recorded, difference.generated]).map {
            "  \(TextWrap.padded($0, width)) \(VisibleText.oneLine($1))"
        }
        return ([place] + lines).joined(separator: "\n")
    }
}
