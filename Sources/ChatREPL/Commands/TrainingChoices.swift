import ArgumentParser
import ChatCore
import ChatCorpus
import ChatTraining
import Foundation

/// What a training reads and begins with: the same for one here and for one elsewhere.
struct TrainingChoices: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Go on teaching this model, or shipped, the one that came with charchat: its shape, alphabet and weights.",
            valueName: "MODEL"),
        completion: CompletedNames.models)
    var from: String?

    @Option(
        help:
            "Size of the model: tiny, small or base. Default: small; base for a text that is short beside --minutes."
    )
    var preset: Preset?

    @Option(
        help:
            "Recurrent cell: lstm, gru, gated-delta or kda. Default: gru for text, gated-delta for dialogues."
    )
    var cell: CellKind?

    @Option(help: ArgumentHelp("Recurrent layers.", valueName: "N"))
    var layers: Int?

    @Option(help: ArgumentHelp("Width of the layers.", valueName: "N"))
    var hidden: Int?

    @Option(
        help: ArgumentHelp(
            "A head that remembers which symbol came after which state and says so: the length of its keys, or off. Default: 64 for dialogues, off for text.",
            valueName: "N|off"))
    var copyHead: HeadSize?

    @Option(
        help: ArgumentHelp(
            "A head that looks back on the last 2,048 symbols and says a line heard once again letter by letter: the length of its keys, or off. Default: off.",
            valueName: "N|off"))
    var pointerHead: HeadSize?

    @Option(help: ArgumentHelp("Sequences trained side by side.", valueName: "N"))
    var batch: Int?

    @Option(help: ArgumentHelp("Symbols of a training window.", valueName: "N"))
    var window: Int?

    @Option(help: ArgumentHelp("The same seed gives the same start and order.", valueName: "N"))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "The share held out to judge by, 0 to 0.5; 0 trains on all of it and keeps the last weights. Default: 0.1, none of a small corpus of pairs.",
            valueName: "FRACTION"))
    var validation: Double?

    @Option(
        help:
            "What is held out: spread, a sample over the whole corpus drawn by --seed, or its end.")
    var holdOut = EncodedCorpus.HeldOut.spread

    @Flag(
        help:
            "Take the spaces out of plain text, so that words run into each other as in speech; 'charchat segment' finds them again."
    )
    var withoutSpaces = false

    func validate() throws {
        guard (0...0.5).contains(validation ?? 0) else {
            throw ValidationError(phrase("--validation must be 0 to 0.5."))
        }
        let isShaped =
            preset != nil || cell != nil || layers != nil || hidden != nil || copyHead != nil
            || pointerHead != nil
        if from != nil, isShaped {
            throw ValidationError(
                phrase(
                    "--from takes the model's shape: leave out --preset, --cell, --layers, --hidden, --copy-head and --pointer-head."
                )
            )
        }
    }

    /// A request for training with these choices.
    var request: TrainingRequest {
        var request = TrainingRequest()
        request.seed = seed
        request.preset = preset
        request.cell = cell
        request.hiddenSize = hidden
        request.layerCount = layers
        request.copyHeadSize = copyHead?.keySize
        request.pointerHeadSize = pointerHead?.keySize
        request.batchSize = batch
        request.windowLength = window
        return request
    }

    /// The file of the model that goes on learning.
    /// - Throws: `CommandFailure` where it is the shipped one and there is none.
    func pretrainedURL() throws -> URL? {
        try from.map {
            try ModelLocator.url(option: $0, environment: ProcessInfo.processInfo.environment)
        }
    }

    /// The corpus, and the model that goes on learning.
    /// - Parameter rehearsed: a folder of lessons that the model knew.
    func open(
        _ files: [String], reading: CorpusOptions, rehearsing rehearsed: String? = nil
    ) throws -> (data: TrainingData, pretrained: ChatModel?) {
        let pretrained = try pretrainedURL().map { try MemoryLimit.model($0) }
        var reading = reading
        reading.removesSpaces = withoutSpaces
        let data = try TrainingCorpus.open(
            files, validation: validation, from: holdOut, seed: seed, reading: reading,
            alphabet: pretrained?.alphabet, rehearsing: rehearsed)
        guard pretrained == nil || pretrained?.format == data.format else {
            let name = from ?? ""
            throw CommandFailure(
                pretrained?.format == .text
                    ? phrase("%@ was taught text; give more of it, or leave out --from", name)
                    : phrase(
                        "%@ was taught dialogues; give more of these, or leave out --from", name)
            )
        }
        return (data, pretrained)
    }

    /// Finds values that cannot be before a corpus is read.
    /// - Throws: `ValidationError`.
    static func check(_ request: TrainingRequest) throws {
        var options = request.options(cell: request.cell ?? .gru, format: .text)
        options.dropout = request.dropout ?? 0
        options.fill = request.fill ?? 0
        do {
            try options.validate()
        } catch let error as TrainingError {
            throw ValidationError(Words.spoken.retold("\(error)"))
        }
    }
}

/// What `--copy-head` and `--pointer-head` take: the length of the keys, or `off`.
struct HeadSize: ExpressibleByArgument {
    /// 0 for no head.
    let keySize: Int

    init?(argument: String) {
        if argument == "off" {
            keySize = 0
        } else if let size = Int(argument), size >= 0 {
            keySize = size
        } else {
            return nil
        }
    }
}

extension Preset: ExpressibleByArgument {}
extension CellKind: ExpressibleByArgument {}
extension EncodedCorpus.HeldOut: ExpressibleByArgument {}
