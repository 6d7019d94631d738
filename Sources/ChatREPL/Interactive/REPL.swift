import ChatCore
import Foundation

/// The loop of the chat: read a line, see what it means, do it, until the end.
package final class REPL {
    private let conversation: OpenSession
    private let reader: any LineReader
    private let screen: any Screen
    private let interrupts: any Interrupts
    private let runner: SlashCommandRunner
    private let replies: ReplyView
    /// True at a terminal: prompts, hints, and messages of several lines.
    private let isInteractive: Bool
    /// Slash commands are understood.
    private let allowsCommands: Bool
    /// A line was not done as it asks; in a pipe that is an error at the end.
    private var hasRefused = false
    /// It was said that leaving loses something.
    private var hasWarned = false

    /// - Parameters:
    ///   - allowsCommands: nil: where it is interactive.
    ///   - searched: what `/search` looks in.
    ///   - encoding: of what is not UTF-8 there.
    package init(
        conversation: OpenSession, reader: any LineReader, screen: any Screen,
        interrupts: any Interrupts, environment: [String: String], isInteractive: Bool,
        allowsCommands: Bool? = nil, searched: [URL] = [], encoding: String? = nil
    ) {
        self.conversation = conversation
        self.reader = reader
        self.screen = screen
        self.interrupts = interrupts
        self.isInteractive = isInteractive
        self.allowsCommands = allowsCommands ?? isInteractive
        replies = ReplyView(screen: screen, reader: reader, interrupts: interrupts)
        runner = SlashCommandRunner(
            conversation: conversation, screen: screen, replies: replies, environment: environment,
            finder: WorldFinder(
                files: searched, encoding: encoding, environment: environment,
                isKept: conversation.saves))
    }

    /// Runs to the end of the conversation; returns the exit code. The session is closed in any
    /// case, also when showing fails; one that could not be saved whole is an error at the end.
    package func run() throws -> Int32 {
        let status: Int32
        do {
            status = try loop()
        } catch {
            conversation.session.close()
            conversation.store.removeSetAside()
            throw error
        }
        let place = conversation.session.url.map { VisibleText.oneLine($0.path) }
        let canGoOn = conversation.session.isOnDisk && conversation.session.turnCount > 0
        let isSaved = conversation.session.close()
        conversation.store.removeSetAside()
        try? showNotices()
        defer { try? screen.chatEnds() }
        if isSaved {
            if canGoOn, status == 0 {
                try? screen.farewell(phrase("Saved; charchat -c goes on."))
            }
            return status == 0 && hasRefused && !isInteractive ? 1 : status
        }
        try? screen.problem(
            place.map { phrase("NOT SAVED: %@ lacks what was said since saving failed", $0) }
                ?? phrase(
                    "NOT SAVED: what was done since the session was opened, for its file may not be written to"
                )
        )
        return status == 0 ? ExitStatus.failure : status
    }

    private func loop() throws -> Int32 {
        while true {
            try showNotices()
            switch reader.readLine(prompt: .message) {
            case .line(let line):
                let status = try take(line)
                try screen.lineEnds()
                if let status { return status }
            case .unusable(let reason):
                try refuse(reason)
                try screen.lineEnds()
            case .interrupted(let lineHadText):
                if !lineHadText { try screen.notice(phrase("Press Ctrl-D or type /bye to leave.")) }
            case .end:
                guard try mayLeave() else { continue }
                return 0
            case .failed(let reason): throw CommandFailure(reason)
            case .terminated(let signal): return ExitStatus.terminated(by: signal)
            }
            if let signal = interrupts.termination { return ExitStatus.terminated(by: signal) }
        }
    }

    /// Whether Ctrl-D leaves: where saving failed, once it only says so.
    private func mayLeave() throws -> Bool {
        let session = conversation.session
        guard isInteractive, !hasWarned, session.turnCount > 0, session.url != nil,
            !session.isOnDisk
        else { return true }
        hasWarned = true
        try screen.notice(
            phrase("Not everything is saved: /save NAME tries elsewhere, Ctrl-D again leaves."))
        return false
    }

    /// Does what a line asks; the exit code when that ends the chat.
    private func take(_ line: String) throws -> Int32? {
        switch LineMeaning(line, allowsBlocks: isInteractive, allowsCommands: allowsCommands) {
        case .nothing: return nil
        case .message(let text):
            reader.remember(line)
            try say(text)
            if isInteractive, let command = LineMeaning.meant(text) {
                try screen.notice(
                    phrase("That went to the model; the command is %@.", command))
            }
        case .problem(let text):
            reader.remember(line)
            try refuse(text)
        case .beginsBlock(let first):
            switch try block(first) {
            case .whole(let text):
                rememberBlock(text)
                if !text.trimmed.isEmpty { try say(text) }
            case .givenUp: try screen.notice(phrase("The message was given up."))
            case .terminated(let signal): return ExitStatus.terminated(by: signal)
            }
        case .command(let command):
            reader.remember(line)
            switch try attempt({ try runner.run(command) }) ?? .shouldContinue {
            case .shouldContinue: return nil
            case .leave: return 0
            case .say(let text, let remembered):
                // From the editor, whose file is gone.
                if remembered { rememberBlock(text) }
                try say(text)
            }
        }
        return nil
    }

    /// Has a message of several lines called back whole by the arrows.
    private func rememberBlock(_ text: String) {
        reader.remember("\(LineMeaning.blockMark)\(text)\(LineMeaning.blockMark)")
    }

    private func say(_ text: String) throws {
        guard text.utf8.count <= MessageLimit.byteCount else {
            return try refuse(MessageLimit.notice(text.utf8.count))
        }
        if text.unicodeScalars.contains("\0") {
            try screen.notice(
                phrase("The line holds a NUL character; it was sent as it is."))
        }
        _ = try attempt {
            try replies.show(surprisal: runner.surprisal, certainty: runner.certainty) { emit in
                try conversation.session.say(text, emit: emit)
            }
        }
    }

    private func refuse(_ reason: String) throws {
        hasRefused = true
        try screen.problem(reason)
    }

    /// What came of a message of several lines.
    private enum Block {
        case whole(String)
        case givenUp
        case terminated(signal: Int32)
    }

    /// The lines up to the one that ends with the block's mark.
    private func block(_ first: String) throws -> Block {
        var lines = first.isEmpty ? [] : [first]
        while true {
            switch reader.readLine(prompt: .more) {
            case .line(let line):
                guard let last = LineMeaning.blockEnd(line) else {
                    lines.append(line)
                    continue
                }
                return .whole((last.isEmpty ? lines : lines + [last]).joined(separator: "\n"))
            case .unusable(let reason):
                try refuse(reason)
                return .givenUp
            case .failed(let reason): throw CommandFailure(reason)
            case .interrupted, .end: return .givenUp
            case .terminated(let signal): return .terminated(signal: signal)
            }
        }
    }

    /// An error of the conversation is told and the chat goes on; one of the output ends it.
    private func attempt<T>(_ body: () throws -> T) throws -> T? {
        do {
            return try body()
        } catch let error as OutputError {
            throw error
        } catch let problem as SlashCommandProblem {
            // How a command is typed takes two lines.
            try refuse(Self.capitalized(VisibleText.lines(problem.description)))
            return nil
        } catch {
            try refuse(Self.capitalized(FailureReport.sentence(for: error, atPrompt: true)))
            return nil
        }
    }

    /// A sentence that stands alone; one that begins with a file's name or a quotation stays as it is.
    static func capitalized(_ sentence: String) -> String {
        let word = sentence.prefix { $0 != " " }
        guard word.allSatisfy({ $0.isASCII && $0.isLowercase }) else { return sentence }
        return sentence.prefix(1).uppercased() + sentence.dropFirst()
    }

    private func showNotices() throws {
        for notice in conversation.takeNotices() {
            try screen.notice(VisibleText.oneLine(words(notice)))
        }
    }

    /// A notice in the language that is spoken, with why saving failed.
    private func words(_ notice: SessionNotice) -> String {
        guard case .notSaved = notice, let error = conversation.session.savingError else {
            return notice.text
        }
        return SessionNotice.notSaved(problem: ErrorText.text(error, atPrompt: true)).text
    }
}
