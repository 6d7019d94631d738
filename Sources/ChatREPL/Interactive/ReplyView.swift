import ChatCore

/// Shows a reply while it is made, and stops it when the user asks.
package struct ReplyView {
    package let screen: any Screen
    package let reader: any LineReader
    package let interrupts: any Interrupts

    package init(screen: any Screen, reader: any LineReader, interrupts: any Interrupts) {
        self.screen = screen
        self.reader = reader
        self.interrupts = interrupts
    }

    /// Runs `make`, which generates a reply and has it in the transcript when it returns.
    /// - Throws: what `make` throws; `OutputError` when the reply could not be shown.
    package func show(_ make: (_ emit: (String) -> Bool) throws -> Turn?) throws {
        interrupts.beginReply()
        var failure: (any Error)?
        let turn = try reader.whileReplying {
            try make { piece in
                do {
                    if screen.streams, !piece.isEmpty { try screen.replyPiece(piece) }
                } catch {
                    failure = error
                    return false
                }
                return !interrupts.shouldStop()
            }
        }
        if let failure { throw failure }
        if let turn {
            try screen.replyEnds(turn.reply, note: TranscriptText.note(turn.ending))
        } else {
            try screen.notice("Stopped before the reply began. /regen answers what you said.")
        }
    }
}
