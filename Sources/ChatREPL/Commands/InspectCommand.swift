import ArgumentParser
import ChatCore
import Foundation

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "What a model file or a transcript holds.",
        discussion: "Example: charchat inspect bard.safetensors --json")

    @Argument(
        help: ArgumentHelp(
            "A model or transcript file, or a session's name.",
            valueName: "MODEL|TRANSCRIPT"))
    var file: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        guard let file else {
            return try show(try ModelLocator.url(option: nil, environment: environment))
        }
        let url = URL(fileURLWithPath: file)
        if looksLikeTranscript(url) {
            let transcript = try TranscriptArgument.read(file, environment: environment)
            try Output.standard.writeLine(
                json ? try Inspection(transcript).json : Inspection.lines(transcript))
        } else {
            try show(url)
        }
    }

    private func show(_ url: URL) throws {
        let model = try ModelFile.load(url)
        try Output.standard.writeLine(
            json ? try Inspection(model).json : ModelText.description(model))
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
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    /// A transcript in words.
    static func lines(_ transcript: Transcript) -> String {
        let turns = transcript.turns
        let imported = turns.count { $0.origin == .imported }
        let interrupted = turns.count { $0.ending == .interrupted }
        let characters = turns.reduce(0) { $0 + $1.user.count + $1.reply.count }
        let origin = transcript.parent.map { "\norigin    \(SessionText.origin($0))" } ?? ""
        return """
            turns     \(turns.count) (\(imported) imported, \(interrupted) interrupted), \(ModelText.grouped(characters)) characters
            settings  \(SessionText.settings(transcript.settings))
            model     \(VisibleText.oneLine(transcript.model))\(origin)
            """
    }
}
