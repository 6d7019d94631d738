import ArgumentParser
import ChatCore
import ChatEvaluation
import ChatServer
import Foundation

/// `charchat --server URL`: the same prompt, with the model and the sessions on a server.
extension ChatCommand {
    /// - Throws: `ValidationError` for options that do not go together with a server, or only with one.
    func validateServer() throws {
        guard server != nil else {
            if apiKeyFile != nil {
                throw ValidationError(phrase("--api-key-file is for --server; leave it out."))
            }
            return
        }
        if model.path != nil {
            throw ValidationError(
                phrase("A server has a model of its own; leave out -m or --server."))
        }
        if noSave {
            throw ValidationError(phrase("A server keeps what is said to it; leave out --no-save."))
        }
        if !search.corpus.isEmpty {
            throw ValidationError(phrase("Nothing is searched with --server; leave out --corpus."))
        }
    }

    func talk(toServer address: ServerAddress, isInteractive: Bool) throws {
        let environment = ProcessInfo.processInfo.environment
        Signals.install(suspend: isInteractive)
        let interrupts = SignalInterrupts(interruptEnds: !isInteractive)
        let client = ServerClient(
            address, apiKey: try APIKeyFile.key(apiKeyFile, environment))
        let style = Style(isTerminal: isInteractive, environment: environment)
        let screen: any Screen
        if isInteractive {
            screen = TerminalScreen(style: style)
        } else if json {
            screen = JSONScreen(hash: { nil })
        } else {
            screen = PipeScreen()
        }
        do {
            let model = try client.greet { !interrupts.shouldStop() }
            let opened = try sessionToOpen(client, interrupts)
            let chat = RemoteChat(
                server: client,
                reader: reader(client, interrupts, isInteractive ? style : nil), screen: screen,
                interrupts: interrupts,
                settings: RemoteSettings(
                    temperature: sampling.temperature, topP: sampling.topP, seed: sampling.seed),
                isInteractive: isInteractive, allowsCommands: isInteractive || commands,
                isKept: question == nil || opened != nil)
            let last = try opened.flatMap { try chat.open($0) }
            if isInteractive {
                try screen.show(Self.greeting(model, address, opened, last, style))
            }
            let status = try chat.run()
            if status != 0 { throw ExitCode(status) }
            if question != nil, let reply = chat.lastReply, DialogueSet.saysItDoesNotKnow(reply) {
                throw ExitCode(ExitStatus.failure)
            }
        } catch ClientError.stopped {
            throw interrupts.exitCode
        }
    }

    /// - Parameter style: of a terminal; nil: there is none.
    private func reader(
        _ client: ServerClient, _ interrupts: SignalInterrupts, _ style: Style?
    ) -> any LineReader {
        if let question { return SingleLineReader(question) }
        guard let style else {
            if json { return JSONLineReader() }
            return PipeLineReader()
        }
        let environment = ProcessInfo.processInfo.environment
        return ReadlineLineReader(
            style: style, history: history(Places(environment: environment), environment),
            complete: Completer(
                sessionNames: {
                    let sessions = try? client.sessions { !interrupts.shouldStop() }
                    return (sessions ?? []).map(\.name)
                }
            ).complete)
    }

    /// The name of the session that `-s` or `-c` ask for.
    private func sessionToOpen(
        _ client: ServerClient, _ interrupts: SignalInterrupts
    ) throws -> String? {
        guard goesOn else { return name }
        guard let latest = try client.sessions(while: { !interrupts.shouldStop() }).first else {
            throw CommandFailure(
                phrase("the server at %@ keeps no session yet", client.address))
        }
        return latest.name
    }

    private static func greeting(
        _ model: RemoteModel, _ address: ServerAddress, _ name: String?, _ last: Turn?,
        _ style: Style
    ) -> String {
        let columns = TerminalSize.columns()
        func fitted(_ text: String) -> String { TextWrap.paragraphs(text, width: columns) }
        let program = "charchat"
        let count = phrase("%@ parameters", ModelText.grouped(model.parameterCount))
        let first = fitted(
            "\(program) \(chatCoreVersion) · \(address) (\(VisibleText.oneLine(model.id)), \(count))"
        )
        let second =
            name.map {
                phrase(
                    "Going on with '%@', %@.", VisibleText.oneLine($0),
                    SessionText.turns(last?.number ?? 0))
            } ?? phrase("A new session on %@.", address)
        return [
            style.bold(program) + first.dropFirst(program.count), style.dim(fitted(second)),
            style.dim(fitted(phrase("/? for help, Ctrl-D to leave."))),
            last.map { TranscriptText.turn($0, style: style) },
        ].compactMap { $0 }.joined(separator: "\n")
    }
}
