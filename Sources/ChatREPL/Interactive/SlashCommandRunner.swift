import ChatCore

/// Does what slash commands ask. One small handler a command, grouped by file as in `/help`.
package final class SlashCommandRunner {
    /// How the chat goes on after a command.
    package enum Outcome: Equatable, Sendable {
        case shouldContinue
        case leave
        /// The command has brought a message to be said; one that nothing else keeps is remembered.
        case say(String, remembered: Bool = true)
    }

    package let conversation: OpenSession
    package let screen: any Screen
    package let replies: ReplyView
    package let environment: [String: String]
    package let finder: WorldFinder
    /// The sessions that /delete took and /restore brings back, the last first.
    package var deleted: [String] = []

    package init(
        conversation: OpenSession, screen: any Screen, replies: ReplyView,
        environment: [String: String], finder: WorldFinder
    ) {
        self.conversation = conversation
        self.screen = screen
        self.replies = replies
        self.environment = environment
        self.finder = finder
    }

    package var session: Session { conversation.session }
    package var store: SessionStore { conversation.store }

    /// Runs one command.
    /// - Throws: the room's errors, for the loop to tell.
    package func run(_ command: SlashCommand) throws -> Outcome {
        switch command {
        case .leave: return .leave
        case .edit(let turn): return try edit(turn)
        case .read(let path): return try read(path)
        case .forget(let what): return try forget(what)
        case .mark(let name): try mark(name)
        case .back(let name): try goBack(name)
        case .continueReply: try continueReply()
        case .facts: try facts()
        case .fill(let text): try fill(text)
        case .answer(let text): try answer(as: text)
        case .stateDifference(let a, let b): try stateDifference(a, b)
        case .takeState(let turn, let name): try takeState(turn, of: name)
        case .silence(let layer, let head): try silence(layer, head)
        case .saveState(let path): try saveState(path)
        case .loadState(let path): try loadState(path)
        case .help(let topic): try help(topic)
        case .session(let name): try goToSession(name)
        case .sessions: try listSessions()
        case .new(let name): try newSession(name)
        case .save(let name): try save(name)
        case .load(let name): try load(name)
        case .rename(let name): try rename(name)
        case .delete(let name): try delete(name)
        case .restore(let name): try restore(name)
        case .fork(let name, let turn): try fork(name, turn)
        case .log: try log()
        case .undo(let count): try undo(count)
        case .redo(let count): try redo(count)
        case .regenerate: try regenerate()
        case .replies(let number): try chooseReply(number)
        case .clear: try clear()
        case .replay(let verify): try replay(verify)
        case .export(let path): try export(path)
        case .copy: try copy()
        case .set(let change): try set(change)
        case .show(let topic): try show(topic)
        case .search(let query): try search(query)
        case .compare(let question): try compare(question)
        case .bits(let turns): try bits(turns)
        case .context: try context()
        case .memory(let question): try memory(question)
        case .odds(let question): try odds(question)
        case .surprisal(let isOn): try showSurprisal(isOn)
        case .certainty(let isOn): try showCertainty(isOn)
        case .verbose(let isOn): try showFigures(isOn)
        case .stop(let texts): try stop(texts)
        }
        return .shouldContinue
    }

    /// What `/help` takes beside the names of commands.
    package static let topics = ["topics", "주제"]

    private func help(_ topic: String?) throws {
        let columns = TerminalSize.columns()
        guard let topic else {
            return try screen.show(HelpText.overview(screen.style, columns: columns))
        }
        if Self.topics.contains(topic.lowercased()) {
            let model = conversation.generator.model
            return try screen.show(
                TopicsText.all(model, style: screen.style, columns: columns))
        }
        let name = topic.hasPrefix("/") ? topic : "/\(topic)"
        guard let entry = CommandTable.entry(named: name) else {
            throw SlashCommandProblem(
                phrase(
                    "There is no command '%@'. Type /? for all of them.", VisibleText.oneLine(name))
            )
        }
        try screen.show(HelpText.details(entry, screen.style, columns: columns))
    }
}
