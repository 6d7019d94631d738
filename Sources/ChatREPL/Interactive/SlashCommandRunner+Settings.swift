import ChatCore

extension SlashCommandRunner {
    /// `/set NAME VALUE`
    package func set(_ change: SettingChange) throws {
        try session.set(change)
        try screen.notice(TranscriptText.described(change) + ".")
    }

    /// `/show TOPIC`
    package func show(_ topic: ShowTopic) throws {
        switch topic {
        case .session: try showFitted(SessionText.status(session))
        case .model:
            try screen.show(
                ModelText.description(conversation.generator.model, width: fittedWidth))
        case .parameters:
            let surprisal = replies.options.showsSurprisal ? phrase("on") : phrase("off")
            let isMeasured = conversation.generator.model.certainty?.limit != nil
            let certainty =
                !replies.options.showsCertainty
                ? phrase("off")
                : isMeasured ? phrase("on") : phrase("on (never measured for this model)")
            try showFitted(
                phrase(
                    "%@, surprisal %@, certainty %@", SessionText.settings(session.settings),
                    surprisal, certainty)
            )
            let verbose = replies.options.isVerbose ? phrase("on") : phrase("off")
            let stops =
                conversation.stops.isEmpty ? phrase("off") : Self.named(conversation.stops)
            try showFitted(phrase("verbose %@, stop %@", verbose, stops))
        }
    }

    /// `/set stop TEXT|off`
    package func stop(_ texts: [String]) throws {
        conversation.stops = texts
        try screen.notice(
            texts.isEmpty
                ? phrase("No text ends a reply.")
                : phrase("A reply ends before %@.", Self.named(texts)))
    }

    private static func named(_ texts: [String]) -> String {
        texts.map { "'\(VisibleText.oneLine($0))'" }.joined(separator: phrase(" or "))
    }

    /// `/set verbose on|off`
    package func showFigures(_ isOn: Bool) throws {
        replies.options.isVerbose = isOn
        guard isOn else { return try screen.notice(phrase("Nothing stands behind replies.")) }
        try screen.notice(
            conversation.generator.model.certainty == nil
                ? phrase("Behind each reply stand its length and its speed.")
                : phrase("Behind each reply stand its length, its speed and how sure it is."))
    }

    /// Shows text broken between words, what goes on `hanging` columns in.
    package func showFitted(_ text: String, hanging: Int = 0) throws {
        try screen.show(TextWrap.paragraphs(text, width: fittedWidth, hanging: hanging))
    }

    /// Columns that text is fitted to: those of a terminal, and any number where there is none.
    var fittedWidth: Int { screen.streams ? TerminalSize.columns() : .max }
}
