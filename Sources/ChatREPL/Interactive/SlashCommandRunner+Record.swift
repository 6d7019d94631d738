import ChatCore
import Foundation

extension SlashCommandRunner {
    /// `/replay [--verify]`
    package func replay(_ verify: Bool) throws {
        try requireOnDisk()
        guard let url = session.url else { return }
        let transcript = try Transcript(url)
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
        let lines = ReplayText.report(report, stopped: stopped)
        if report.isExact { try screen.notice(lines) } else { try screen.show(lines) }
    }

    /// `/export FILE.md|json|txt`
    package func export(_ path: String) throws {
        try requireOnDisk()
        guard let name = session.name else { return }
        let path = NSString(string: path).expandingTildeInPath
        let url = URL(fileURLWithPath: path)
        guard let format = ExportFormat(rawValue: url.pathExtension.lowercased()) else {
            throw SlashCommandProblem("Usage: /export FILE.md|json|txt")
        }
        try NewFile.write(try store.export(name, as: format), to: url)
        try screen.notice("Wrote \(VisibleText.oneLine(url.path)).")
    }
}
