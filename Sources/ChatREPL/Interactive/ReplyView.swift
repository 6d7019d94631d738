import ChatCore
import ChatEvaluation
import Foundation

/// Shows a reply while it is made, and stops it when the user asks.
package struct ReplyView {
    package let screen: any Screen
    package let reader: any LineReader
    package let interrupts: any Interrupts
    package let options: ReplyOptions

    package init(
        screen: any Screen, reader: any LineReader, interrupts: any Interrupts,
        options: ReplyOptions = ReplyOptions()
    ) {
        self.screen = screen
        self.reader = reader
        self.interrupts = interrupts
        self.options = options
    }

    /// Runs `make`, which generates a reply and has it in the transcript when it returns.
    /// - Parameter surprisal: what the characters of a reply cost; asked where that is to be shown,
    ///   and the reply is then held back until it is complete.
    /// - Parameter certainty: how sure a reply is to be taken.
    /// - Parameter nothing: what is told where `make` returns nil.
    /// - Throws: what `make` throws; `OutputError` when the reply could not be shown.
    package func show(
        surprisal: ((Turn) throws -> [CharacterSurprisal])? = nil,
        certainty: ((Turn) throws -> ReplyCertainty?)? = nil,
        nothing: String = phrase("Stopped before the reply began. /regen answers what you said."),
        _ make: (_ emit: (String) -> Bool) throws -> Turn?
    ) throws {
        interrupts.beginReply()
        let surprisal = options.showsSurprisal ? surprisal : nil
        let streams = screen.streams && surprisal == nil
        var failure: (any Error)?
        let start = Date()
        var (characters, seconds) = (0, 0.0)
        let turn = try reader.whileReplying {
            try make { piece in
                do {
                    if streams, !piece.isEmpty { try screen.replyPiece(piece) }
                    if !piece.isEmpty {
                        characters += piece.unicodeScalars.count
                        seconds = Date().timeIntervalSince(start)
                    }
                } catch {
                    failure = error
                    return false
                }
                return !interrupts.shouldStop()
            }
        }
        if let failure { throw failure }
        let known = try turn.flatMap { turn in
            turn.finishReason == .interrupted || !options.showsCertainty && !options.isVerbose
                ? nil : try certainty?(turn)
        }
        let shown = options.showsCertainty ? known : nil
        if let turn { try screen.replied(turn, certainty: shown) }
        func note(_ turn: Turn) -> String? {
            let isMarked = screen.streams && shown?.isUnsure == true
            let notes = [
                TranscriptText.note(turn), isMarked ? CertaintyText.sign : nil,
            ].compactMap(\.self)
            return notes.isEmpty ? nil : notes.joined(separator: "; ")
        }
        if let turn, let surprisal {
            if !screen.streams { try screen.replyEnds(turn.reply, note: note(turn)) }
            try screen.show(
                SurprisalText.reply(
                    try surprisal(turn), style: screen.style, width: TerminalSize.columns()))
            if screen.streams, let note = note(turn) {
                try screen.notice("[\(note)]")
            }
        } else if let turn {
            try screen.replyEnds(turn.reply, note: note(turn))
        } else {
            try screen.notice(nothing)
        }
        if options.isVerbose, turn != nil {
            let figures = ReplyFigures(
                characters: characters, seconds: seconds, certainty: known?.share)
            try screen.notice(figures.line)
        }
    }
}

/// How replies are shown; shared by all that show them.
package final class ReplyOptions {
    /// `/set surprisal on`
    package var showsSurprisal = false
    /// `/set certainty off`
    package var showsCertainty = true
    /// `/set verbose on`
    package var isVerbose = false

    package init() {}
}
