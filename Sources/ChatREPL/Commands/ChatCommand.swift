import ArgumentParser
import ChatCore
import ChatEvaluation
import ChatServer
import Foundation

struct ChatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat", abstract: "Talk with the model (the default command).",
        discussion: """
            At a terminal it is a prompt with history and completion; /? shows its commands. In a \
            pipe one line of standard input is one turn and its reply is one line of standard output, \
            an empty one for an empty line or one that was refused; exit code 1 where one was refused. \
            Slash commands are words like others there, unless --commands is given. With --json each \
            line in is {"user": …} or a JSON string and each line out an object: reply, ending, turn, \
            hash, or error (see FILES.md).

            With a QUESTION there is one reply and no prompt; it is saved with -s or -c alone. Exit code \
            1 where the reply says that the model does not know.

            Examples:
              charchat "What is the capital of France?"
              charchat chat -s holiday
              charchat -c
              charchat --server http://127.0.0.1:8080
              echo "Hello!" | charchat --no-save --temperature 0
            """)

    @Argument(help: ArgumentHelp("One message to be answered.", valueName: "QUESTION"))
    var question: String?

    @OptionGroup var model: ModelOption
    @OptionGroup var sampling: SamplingOptions
    @OptionGroup var search: SearchOptions

    @Option(
        name: [.customShort("s"), .customLong("session")],
        help: ArgumentHelp("Open the session of this name, or make it.", valueName: "NAME"),
        completion: CompletedNames.sessions)
    var name: String?

    @Flag(
        name: [.customShort("c"), .customLong("continue")], help: "Go on with the latest session.")
    var goesOn = false

    @Flag(
        help:
            "Leave nothing of this chat on disk, neither session nor history; what /load opens is saved as ever."
    )
    var noSave = false

    @Option(
        help: ArgumentHelp(
            "Talk with this server ('charchat serve'), which has the model and keeps the sessions.",
            valueName: "URL"))
    var server: String?

    @Option(
        help: ArgumentHelp(
            "A file whose first line is the server's API key; else $CHARCHAT_API_KEY.",
            valueName: "FILE"),
        completion: .file())
    var apiKeyFile: String?

    @Flag(help: "Understand slash commands in a pipe too.")
    var commands = false

    @Flag(help: "One JSON object a line in and out, as in a pipe.")
    var json = false

    func validate() throws {
        if search.corpus.contains("-") {
            throw ValidationError(
                phrase("--corpus - reads standard input, which is what you say here."))
        }
        if goesOn, name != nil { throw ValidationError(phrase("Give -s NAME or -c, not both.")) }
        if noSave, goesOn || name != nil {
            throw ValidationError(
                phrase("--no-save begins a conversation of its own; leave out -s and -c."))
        }
        try validateServer()
    }

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        let isInteractive =
            question == nil && !json && isatty(STDIN_FILENO) == 1 && Output.standard.isTerminal
        if let server {
            return try talk(toServer: try ServerAddress(server), isInteractive: isInteractive)
        }
        for file in search.corpus where !FileManager.default.fileExists(atPath: file) {
            throw CorpusError.missing(file: file)
        }
        Signals.install(suspend: isInteractive)
        let url = try model.url()
        let generator = ReplyGenerator(model: try MemoryLimit.model(url))
        let store = SessionStore(places: Places(environment: environment), catalogue: .indexed)
        let (conversation, isNew, notice) = try open(store, generator)
        let interrupts = SignalInterrupts(interruptEnds: !isInteractive)

        let screen: any Screen
        let reader: any LineReader
        let single: (any LineReader)? = question.map { SingleLineReader($0) }
        if isInteractive {
            let style = Style(isTerminal: true, environment: environment)
            screen = TerminalScreen(style: style)
            reader = ReadlineLineReader(
                style: style, history: history(store.places, environment),
                complete: Completer(
                    sessionNames: { (try? store.names()) ?? [] },
                    markNames: { conversation.session.markNames }
                ).complete)
            try screen.show(
                Greeting.text(
                    conversation.session, modelName: url.lastPathComponent, isNew: isNew,
                    style: style, columns: TerminalSize.columns()))
        } else if json {
            screen = JSONScreen(hash: { conversation.session.lastLineHash })
            reader = single ?? JSONLineReader()
        } else {
            screen = PipeScreen()
            reader = single ?? PipeLineReader()
        }
        if let notice { try screen.notice(notice) }
        let status = try REPL(
            conversation: conversation, reader: reader, screen: screen, interrupts: interrupts,
            environment: environment, isInteractive: isInteractive,
            allowsCommands: isInteractive || commands,
            searched: search.corpus.map { URL(fileURLWithPath: $0) }, encoding: search.encoding
        ).run()
        if status != 0 { throw ExitCode(status) }
        if question != nil, let reply = conversation.session.lastTurn?.reply,
            DialogueSet.saysItDoesNotKnow(reply)
        {
            throw ExitCode(ExitStatus.failure)
        }
    }

    /// A question alone is no session to be kept.
    private var isKept: Bool { !noSave && (question == nil || name != nil || goesOn) }

    func history(_ places: Places, _ environment: [String: String]) -> HistoryFile? {
        noSave ? nil : HistoryFile(url: places.historyFile, environment: environment)
    }

    /// The conversation that the options ask for, whether it is a new one, and what to tell about it.
    private func open(
        _ store: SessionStore, _ generator: ReplyGenerator
    ) throws -> (OpenSession, isNew: Bool, notice: String?) {
        let settings = SessionSettings(
            sampling: sampling.settings(unlessGiven: .usual(for: generator.model.format)),
            seed: sampling.chosenSeed)
        var existing: String?
        var notice: String?
        if goesOn {
            (existing, notice) = try latest(store, generator.model)
        } else if let name, try store.exists(name) {
            existing = name
        }
        let session: Session
        if let existing {
            session = try store.open(existing, generator: generator)
            for change in sampling.changes { try session.set(change) }
        } else {
            session = try store.create(
                name, generator: generator, settings: settings, saved: isKept)
        }
        let conversation = OpenSession(
            session: session, store: store, generator: generator, settings: settings,
            saves: isKept)
        return (conversation, existing == nil, notice)
    }

    /// The latest session; where that speaks with another model, the latest that speaks with this one,
    /// and a line that says so.
    private func latest(_ store: SessionStore, _ model: ChatModel) throws -> (String, String?) {
        guard let latest = try store.latest() else {
            throw SessionError.noSessions(folder: store.places.sessionsFolder.path)
        }
        let sessions = try store.list()
        let sound = sessions.first { $0.name == latest && $0.problem == nil }
        guard let sound, sound.model != model.hash,
            let ours = sessions.first(where: { $0.model == model.hash && $0.problem == nil })
        else { return (latest, nil) }
        return (
            ours.name,
            phrase(
                "A later session, '%@', speaks with another model; give that with -m.",
                VisibleText.oneLine(latest))
        )
    }
}
