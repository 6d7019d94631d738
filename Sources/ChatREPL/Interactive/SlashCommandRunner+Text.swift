import ChatCore
import Foundation

extension SlashCommandRunner {
    /// `/edit [@TURN]`
    func edit(_ turn: Int?) throws -> Outcome {
        var before = ""
        if let turn {
            let turns = session.turns
            guard turns.indices.contains(turn - 1) else {
                throw SessionError.noSuchTurn(turn, count: turns.count)
            }
            before = turns[turn - 1].user
        }
        // Between two lines the terminal is as it was before charchat.
        let text = try ExternalEditor.edit(before, environment: environment)
        guard !text.trimmed.isEmpty else {
            try screen.notice(phrase("The file was empty; nothing was sent."))
            return .shouldContinue
        }
        if let turn {
            guard text != before else {
                try screen.notice(phrase("Nothing was changed; nothing was sent."))
                return .shouldContinue
            }
            guard text.utf8.count <= MessageLimit.byteCount else {
                throw SlashCommandProblem(MessageLimit.notice(text.utf8.count))
            }
            try session.takeBack(fromTurn: turn)
            try screen.notice(
                phrase(
                    "From turn %@ on anew; /back - brings the turns back that were there.", turn))
        }
        if screen.streams { try screen.notice(VisibleText.lines(text)) }
        return .say(text)
    }

    /// `/read FILE`
    func read(_ path: String) throws -> Outcome {
        let url = URL(fileURLWithPath: expandingTilde(path))
        let shown = VisibleText.oneLine(url.path)
        if url.isFolder {
            throw SlashCommandProblem(phrase("%@ is a folder; name a file in it", shown))
        }
        let file = try CorpusFile(url)
        guard file.size <= MessageLimit.byteCount else {
            throw SlashCommandProblem(
                phrase(
                    "%@ has %@ bytes; a message may have at most %@. It was not sent.", shown,
                    file.size, MessageLimit.byteCount)
            )
        }
        let bytes = ByteOrderMark.dropped(from: try file.bytes(at: 0, count: file.size)[...])
        if let offset = UTF8Offset.firstInvalid(bytes) {
            guard let encoding = EncodingGuess.guess(bytes) else {
                throw SessionError.notText(path: shown, byteOffset: offset)
            }
            throw SlashCommandProblem(
                phrase(
                    "%@ is not UTF-8; it looks like %@. Convert it first: iconv -f %@ -t utf-8 OLD > NEW",
                    shown, encoding, encoding)
            )
        }
        var text = LineEnds.asLineFeeds(String(decoding: bytes, as: UTF8.self))
        while text.last?.isNewline == true { text.removeLast() }
        guard !text.trimmed.isEmpty else {
            throw SlashCommandProblem(phrase("%@ holds no text. Nothing was sent.", shown))
        }
        if screen.streams { try screen.notice(VisibleText.lines(text)) }
        return .say(text, remembered: false)
    }

    /// `/fill TEXT`
    func fill(_ text: String) throws {
        let model = conversation.generator.model
        guard TextFill.isKnown(to: model) else {
            throw SlashCommandProblem(
                phrase(
                    "This model never learned to fill a gap; one of plain text does with: charchat train FILE --fill 0.25"
                ))
        }
        let settings = session.settings
        let filler = GapFiller(
            model: model, settings: settings.sampling, limit: settings.lengthLimit)
        let pieces = try working { shouldContinue in
            filler.fill(text, seed: settings.seed) { _ in shouldContinue() }
        }
        try screen.show(
            pieces.map {
                let shown = VisibleText.lines($0.text)
                return $0.isMade ? screen.style.name(shown) : shown
            }.joined())
        try screen.notice(phrase("That is no part of the session."))
    }

    /// `~/talk.md` in the home folder that everything else goes by, which is `$HOME`.
    func expandingTilde(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = environment["HOME"]?.nonEmpty else {
            return NSString(string: path).expandingTildeInPath
        }
        return home + path.dropFirst(1)
    }
}
