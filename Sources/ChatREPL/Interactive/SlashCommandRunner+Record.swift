import ChatCore
import Foundation

extension SlashCommandRunner {
    /// `/replay [--verify]`
    package func replay(_ verify: Bool) throws {
        let transcript = try transcript()
        guard verify else {
            return try screen.show(TranscriptText.replay(transcript, style: screen.style))
        }
        replies.interrupts.beginReply()
        let interrupts = replies.interrupts
        var stopped = false
        let report = try replies.reader.whileReplying {
            try Replay.verify(transcript, generator: conversation.generator) { _, _ in
                stopped = interrupts.shouldStop()
                return !stopped
            }
        }
        let lines = ReplayText.report(report, stopped: stopped, isOpen: true)
        if report.isExact { try screen.notice(lines) } else { try screen.show(lines) }
    }

    /// `/export FILE.md|json|txt`
    package func export(_ path: String) throws {
        let transcript = try transcript()
        let url = URL(fileURLWithPath: expandingTilde(path))
        guard let format = ExportFormat(rawValue: url.pathExtension.lowercased()) else {
            throw SlashCommandProblem.usage(of: "/export")
        }
        let title = session.name ?? "A conversation"
        try NewFile.write(transcript.document(format, title: title), to: url)
        try screen.notice(phrase("Wrote %@.", VisibleText.oneLine(url.path)))
    }

    /// What was said, also where it is not on the disk.
    private func transcript() throws -> Transcript {
        guard let transcript = try session.transcript() else {
            throw SlashCommandProblem(phrase("Nothing has been said yet."))
        }
        return transcript
    }
}
