import ArgumentParser
import ChatCore
import Foundation

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Show a saved conversation again, or prove it.",
        discussion: """
            With --verify every reply is generated anew and compared, and one line says what is proved \
            by that and what is not. Exit code 0: every reply that was generated here is the same, and \
            there is one at least. 3: a reply differs, or the transcript was edited or spoken with \
            another model. 4: it holds no reply that could be proved.

            Examples:
              charchat replay talk.jsonl --verify
              cat talk.jsonl | charchat replay - --verify --json
            """)

    @Argument(
        help: ArgumentHelp(
            "A transcript file, a session's name, or - for standard input.", valueName: "TRANSCRIPT"
        ),
        completion: CompletedNames.transcripts)
    var transcript: String

    @OptionGroup var model: ModelOption

    @Flag(help: "Generate every reply anew and compare.")
    var verify = false

    @Flag(help: "Print what --verify found as one JSON object.")
    var json = false

    func validate() throws {
        if json, !verify { throw ValidationError(phrase("--json goes with --verify.")) }
    }

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        let read = try TranscriptArgument.read(
            transcript, environment: environment, acceptingEdits: verify)
        if let notice = read.notice?.text {
            try? Output.error.tell("charchat: \(notice)")
        }
        if verify { try check(read) } else { try show(read, environment) }
    }

    private func show(_ transcript: Transcript, _ environment: [String: String]) throws {
        let style = Style(isTerminal: Output.standard.isTerminal, environment: environment)
        let text = TranscriptText.replay(transcript, style: style)
        if !text.isEmpty { try Output.standard.tell(text) }
    }

    private func check(_ transcript: Transcript) throws {
        let generator = ReplyGenerator(model: try model.load())
        Signals.install(suspend: false)
        let interrupts = SignalInterrupts(interruptEnds: true)
        let report: Replay.Report
        do {
            report = try Replay.verify(transcript, generator: generator) { _, _ in
                !interrupts.shouldStop()
            }
        } catch let error as ReplayError {
            try? Output.error.tell(FailureReport.line(for: error))
            throw ExitCode(ExitStatus.replayDiffers)
        }
        try interrupts.throwIfEnded()
        // Of an edited file only what differs is worth telling beside the edit itself.
        if json {
            try Output.standard.writeLine(
                try ReplayText.json(report, isEdited: transcript.edit != nil))
        } else if !report.isExact || transcript.edit == nil {
            try Output.standard.tell(ReplayText.report(report))
        }
        if let edit = transcript.edit { try? Output.error.tell(FailureReport.line(for: edit)) }
        if !report.isExact || transcript.edit != nil { throw ExitCode(ExitStatus.replayDiffers) }
        if !report.provesSomething { throw ExitCode(ExitStatus.nothingProved) }
    }
}

/// A transcript named on the command line: a file, or a saved session's name.
enum TranscriptArgument {
    /// The file that an argument names; `-` is standard input.
    static func url(_ argument: String) -> URL {
        URL(fileURLWithPath: argument == "-" ? "/dev/stdin" : argument)
    }

    /// - Parameter acceptingEdits: as in `Transcript`'s initializer.
    static func read(
        _ argument: String, environment: [String: String], acceptingEdits: Bool = false
    ) throws -> Transcript {
        let store = SessionStore(places: Places(environment: environment), catalogue: .indexed)
        let url = Self.url(argument)
        if !FileManager.default.fileExists(atPath: url.path), !argument.contains("/") {
            guard (try? store.exists(argument)) == true else {
                throw CommandFailure(
                    phrase(
                        "there is neither a file nor a saved session named '%@'; 'charchat sessions list' shows the sessions",
                        VisibleText.oneLine(argument))
                )
            }
            return try Transcript(try store.url(argument), acceptingEdits: acceptingEdits)
        }
        return try Transcript(url, acceptingEdits: acceptingEdits)
    }
}
