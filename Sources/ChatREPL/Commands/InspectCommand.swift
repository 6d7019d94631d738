import ArgumentParser
import ChatCore
import ChatEvaluation
import Foundation

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "What a model file or a transcript holds.",
        discussion: """
            With --text it shows what goes on inside a model while it reads: characters across, units \
            and heads down, and the units that follow something legible.

            Examples:
              charchat inspect bard.safetensors --json
              charchat inspect bard.safetensors --text 'She said "yes."' --svg x.svg
            """)

    @Argument(
        help: ArgumentHelp(
            "A model or transcript file, a session's name, or - for standard input.",
            valueName: "MODEL|TRANSCRIPT"),
        completion: CompletedNames.transcripts)
    var file: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    @Option(help: ArgumentHelp("Show the model's activations on this text.", valueName: "TEXT"))
    var text: String?

    @Option(
        help: ArgumentHelp("Write them as a picture; with --text.", valueName: "FILE"),
        completion: .file())
    var svg: String?

    func validate() throws {
        if svg != nil, text == nil { throw ValidationError(phrase("--svg needs --text TEXT.")) }
        if json, text != nil {
            throw ValidationError(phrase("--json and --text do not go together."))
        }
        if let text, !(1...4_096).contains(text.utf8.count) {
            throw ValidationError(phrase("--text takes 1 to 4096 bytes."))
        }
    }

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        if let text { return try showInside(text, environment) }
        guard let file = try file.map({ $0 == "-" ? try StandardInput.url($0).path : $0 }) else {
            return try show(try ModelLocator.url(option: nil, environment: environment))
        }
        let url = URL(fileURLWithPath: file)
        try RereadFile.check(url)
        if looksLikeTranscript(url) {
            let transcript = try TranscriptArgument.read(file, environment: environment)
            if json {
                try Output.standard.writeLine(try Inspection(transcript).json)
            } else {
                try Output.standard.tell(Inspection.lines(transcript))
            }
        } else if isPlainText(url) {
            throw CommandFailure(
                phrase(
                    "%@ is a text, neither a model nor a transcript; 'charchat corpus show' shows what training would see in it",
                    VisibleText.oneLine(file))
            )
        } else {
            try show(url)
        }
    }

    private func show(_ url: URL) throws {
        let model = try MemoryLimit.model(url)
        if json {
            try Output.standard.writeLine(try Inspection(model).json)
        } else {
            let columns = Output.standard.isTerminal ? TerminalSize.columns() : .max
            try Output.standard.tell(ModelText.description(model, columns: columns))
        }
    }

    /// `--text`
    private func showInside(_ text: String, _ environment: [String: String]) throws {
        let url =
            try file.map { URL(fileURLWithPath: $0) }
            ?? ModelLocator.url(option: nil, environment: environment)
        guard !looksLikeTranscript(url) else {
            throw CommandFailure(
                phrase(
                    "--text shows the inside of a model, and %@ is not one; name a model file",
                    VisibleText.oneLine(file ?? ""))
            )
        }
        let model = try MemoryLimit.model(url)
        let trace = ActivationTrace(text, model: model)
        let isProbe = trace.characters.count < UnitFeatures.leastCharacters
        let measured = isProbe ? ActivationTrace(UnitFeatures.probe, model: model) : trace
        let features = UnitFeatures(measured)
        let rows = ActivationText.rows(trace, features: features)
        if let svg {
            try NewFile.write(
                ActivationPicture.svg(trace, rows: rows), to: URL(fileURLWithPath: svg))
            try? Output.error.tell(phrase("Wrote %@.", VisibleText.oneLine(svg)))
        }
        let style = Style(isTerminal: Output.standard.isTerminal, environment: environment)
        let map = ActivationText(style: style, width: TerminalSize.columns())
        try Output.standard.writeLine(
            [
                map.map(trace, rows: rows), map.findings(features, isProbe: isProbe),
                map.places(UnitPlaces.all(measured, features), in: measured),
            ].filter { !$0.isEmpty }.joined(separator: "\n\n"))
    }

    /// A safetensors file has zeros in its first eight bytes, a text has none.
    private func isPlainText(_ url: URL) -> Bool {
        guard let handle = try? FileHandle(forReadingFrom: url) else { return false }
        defer { try? handle.close() }
        guard let head = try? handle.read(upToCount: 8), !head.isEmpty else { return false }
        return !head.contains(0)
    }

    /// A transcript is JSON, so its first byte is `{`; a safetensors file begins with its header's
    /// length, eight bytes of which the last is 0 in any file of a sane size.
    private func looksLikeTranscript(_ url: URL) -> Bool {
        guard let handle = try? FileHandle(forReadingFrom: url) else {
            return url.pathExtension != "safetensors"
        }
        defer { try? handle.close() }
        let head = (try? handle.read(upToCount: 9)) ?? Data()
        return url.pathExtension == "jsonl" || (head.first == 0x7B && head.dropFirst(7).first != 0)
    }
}

/// What `inspect --json` prints.
struct Inspection: Encodable {
    var kind: String
    var hash: String?
    var format: String?
    var architecture: ModelConfiguration?
    var parameters: Int?
    var stateBytes: Int?
    var symbols: Int?
    var training: TrainingRecord?
    var model: String?
    var turns: Int?
    var seed: UInt64?
    var temperature: Double?
    var topP: Double?
    var parent: TranscriptHeader.Parent?

    init(_ model: ChatModel) {
        kind = "model"
        hash = model.hash
        format = model.format.rawValue
        architecture = model.network.configuration
        parameters = model.network.configuration.parameterCount
        stateBytes = model.network.freshState.byteCount
        symbols = model.alphabet.count
        training = model.training
    }

    init(_ transcript: Transcript) {
        kind = "transcript"
        model = transcript.model
        turns = transcript.turns.count
        seed = transcript.settings.seed
        temperature = transcript.settings.sampling.temperature
        topP = transcript.settings.sampling.topP
        parent = transcript.parent
    }

    var json: String {
        get throws {
            try JSONText.line(self, snakeCase: true)
        }
    }

    /// A transcript in words.
    static func lines(_ transcript: Transcript) -> String {
        let turns = transcript.turns
        let imported = turns.count { $0.origin == .imported }
        let interrupted = turns.count { $0.finishReason == .interrupted }
        let characters = turns.reduce(0) {
            $0 + Normalization.characterCount($1.user) + Normalization.characterCount($1.reply)
        }
        var rows: [(String, String)] = [
            (
                phrase("turns"),
                phrase(
                    "%@ (%@ imported, %@ interrupted), %@ characters", turns.count, imported,
                    interrupted, ModelText.grouped(characters))
            ),
            (phrase("settings"), SessionText.settings(transcript.settings)),
            (phrase("model"), VisibleText.oneLine(transcript.model)),
        ]
        if let parent = transcript.parent {
            rows.append((phrase("origin"), SessionText.origin(parent)))
        }
        return rows.map { TextWrap.padded($0, 10) + $1 }.joined(separator: "\n")
    }
}
