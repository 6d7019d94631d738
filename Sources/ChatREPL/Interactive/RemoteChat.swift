import ChatCore
import ChatServer

/// The loop of a chat whose model and sessions are on a server: lines are said there, and the replies are shown
/// as they come. Of the slash commands there are those that need no model here.
package final class RemoteChat {
    let server: any RemoteServer
    let screen: any Screen
    let interrupts: any Interrupts
    private let reader: any LineReader
    private let isInteractive: Bool
    private let allowsCommands: Bool
    /// False for a question that no session is to have.
    private let isKept: Bool

    /// The session; nil: one begins with the next message.
    package internal(set) var name: String?
    var turnCount = 0
    /// What the server is told with the next message; from then on it knows.
    var settings: RemoteSettings
    /// What was replied last.
    package private(set) var lastReply: String?
    /// A line was not done as it asks; in a pipe that is an error at the end.
    private var hasRefused = false

    /// - Parameter allowsCommands: slash commands are understood.
    package init(
        server: any RemoteServer, reader: any LineReader, screen: any Screen,
        interrupts: any Interrupts, settings: RemoteSettings = RemoteSettings(),
        isInteractive: Bool, allowsCommands: Bool, isKept: Bool = true
    ) {
        self.server = server
        self.reader = reader
        self.screen = screen
        self.interrupts = interrupts
        self.settings = settings
        self.isInteractive = isInteractive
        self.allowsCommands = allowsCommands
        self.isKept = isKept
    }

    /// Goes on with a session of the server's.
    /// - Returns: its last turn.
    /// - Throws: `ClientError`.
    @discardableResult
    package func open(_ name: String) throws -> Turn? {
        let turns = try waiting { try server.turns(of: name, while: $0) }
        (self.name, turnCount) = (name, turns.count)
        return turns.last?.turn
    }

    /// Runs to the end of the conversation; returns the exit code.
    package func run() throws -> Int32 {
        defer { try? screen.chatEnds() }
        let status = try loop()
        if let name, turnCount > 0, status == 0 {
            try? screen.farewell(
                phrase(
                    "The server keeps it; charchat --server %@ -s %@ goes on.",
                    server.address, VisibleText.oneLine(name)))
        }
        return status == 0 && hasRefused && !isInteractive ? 1 : status
    }

    private func loop() throws -> Int32 {
        while true {
            switch reader.readLine(prompt: .message) {
            case .line(let line):
                let leaves = try take(line)
                try screen.lineEnds()
                if leaves { return 0 }
            case .unusable(let reason):
                try refuse(reason)
                try screen.lineEnds()
            case .interrupted(let lineHadText):
                if !lineHadText { try screen.notice(phrase("Press Ctrl-D or type /bye to leave.")) }
            case .end: return 0
            case .failed(let reason): throw CommandFailure(reason)
            case .terminated(let signal): return ExitStatus.terminated(by: signal)
            }
            if let signal = interrupts.termination { return ExitStatus.terminated(by: signal) }
        }
    }

    /// Does what a line asks; true when that ends the chat.
    private func take(_ line: String) throws -> Bool {
        switch LineMeaning(line, allowsBlocks: false, allowsCommands: allowsCommands) {
        case .nothing: return false
        case .message(let text):
            reader.remember(line)
            try attempt { try say(text) }
        case .problem(let text):
            reader.remember(line)
            try refuse(text)
        case .beginsBlock: break
        case .command(let command):
            reader.remember(line)
            if command == .leave { return true }
            try attempt { try run(command, typed: line) }
        }
        return false
    }

    private func say(_ text: String) throws {
        guard text.utf8.count <= MessageLimit.byteCount else {
            return try refuse(MessageLimit.notice(text.utf8.count))
        }
        if isKept, name == nil { name = try waiting { try server.begin(while: $0) } }
        var failure: (any Error)?
        var shown = ""
        interrupts.beginReply()
        let reply: RemoteReply
        do {
            reply = try reader.whileReplying {
                try server.say(text, in: name, settings: settings) { piece in
                    do {
                        if screen.streams, !piece.isEmpty { try screen.replyPiece(piece) }
                        shown += piece
                    } catch {
                        failure = error
                        return false
                    }
                    return !interrupts.shouldStop()
                }
            }
        } catch {
            // What was shown of it ends here.
            if screen.streams, !shown.isEmpty {
                try screen.replyEnds(shown, note: TranscriptText.note(.interrupted))
            }
            throw error
        }
        if let failure { throw failure }
        try show(reply, to: text)
    }

    private func show(_ reply: RemoteReply, to text: String) throws {
        guard reply.finishReason != .interrupted || !reply.text.isEmpty else {
            return try screen.notice(
                phrase("Stopped before the reply began; say it again to have it answered."))
        }
        settings = RemoteSettings()
        turnCount += 1
        lastReply = reply.text
        try screen.replied(
            Turn(
                number: turnCount, user: text, reply: reply.text, finishReason: reply.finishReason,
                origin: .generated, startsFresh: turnCount == 1), certainty: nil)
        try screen.replyEnds(reply.text, note: TranscriptText.note(reply.finishReason))
    }

    func refuse(_ reason: String) throws {
        hasRefused = true
        try screen.problem(reason)
    }

    /// Waits for the server as long as nobody presses Ctrl-C.
    func waiting<Value>(_ body: (_ goesOn: () -> Bool) throws -> Value) rethrows -> Value {
        interrupts.beginReply()
        return try body { !interrupts.shouldStop() }
    }

    /// An error of the server is told and the chat goes on; one of the output ends it.
    private func attempt(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as OutputError {
            throw error
        } catch {
            try refuse(REPL.capitalized(FailureReport.sentence(for: error, atPrompt: true)))
        }
    }
}
