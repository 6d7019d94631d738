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
        case .session: try screen.show(SessionText.status(session))
        case .model: try screen.show(ModelText.description(conversation.generator.model))
        case .parameters: try screen.show(SessionText.settings(session.settings))
        }
    }
}
