import ChatCore

/// What `replay --verify` found, in words.
package enum ReplayText {
    package static func report(_ report: Replay.Report, stopped: Bool = false) -> String {
        guard let difference = report.difference else {
            if report.verified == 0, report.imported > 0, !stopped {
                return "Nothing to verify: \(report.imported) imported, none generated."
            }
            let count = report.verified == 1 ? "1 reply" : "\(report.verified) replies"
            let head = stopped ? "Stopped after" : "Verified"
            let imported = report.imported == 0 ? "" : "; \(report.imported) imported, not checked"
            return "\(head) \(count): the same to the last character\(imported)."
        }
        return """
            Turn \(difference.turn) (line \(difference.line)) differs at character \(difference.characterIndex + 1):
              recorded:  \(VisibleText.oneLine(difference.recorded))
              generated: \(VisibleText.oneLine(difference.generated))
            """
    }
}
