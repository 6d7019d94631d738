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
        let title = session.name ?? phrase("A conversation")
        let words = TranscriptText.documentWords
        try NewFile.write(transcript.document(format, title: title, words: words), to: url)
        try screen.notice(phrase("Wrote %@.", VisibleText.oneLine(url.path)))
    }

    /// `/copy`
    package func copy() throws {
        guard let reply = session.turns.last?.reply else {
            return try screen.notice(phrase("Nothing has been said yet."))
        }
        // As it is shown: nothing that is pasted somewhere is to be obeyed there.
        let text = VisibleText.lines(reply)
        let size = text.utf8.count
        guard size <= Clipboard.byteCount else {
            throw SlashCommandProblem(
                phrase(
                    "The reply has %@ bytes, and a terminal's clipboard takes %@. /export FILE writes it.",
                    size, Clipboard.byteCount)
            )
        }
        guard try screen.copy(text) else {
            throw SlashCommandProblem(phrase("There is no terminal to copy to."))
        }
        try screen.notice(
            phrase(
                "The last reply was given to the terminal's clipboard, %@ bytes; some terminals do not take it.",
                size)
        )
    }

    /// What was said, also where it is not on the disk.
    private func transcript() throws -> Transcript {
        guard let transcript = try session.transcript() else {
            throw SlashCommandProblem(phrase("Nothing has been said yet."))
        }
        return transcript
    }
}
