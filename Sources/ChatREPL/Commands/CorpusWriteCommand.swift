import ArgumentParser
import ChatCore
import ChatCorpus
import ChatTraining
import Foundation

struct CorpusWriteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "write",
        abstract: "Write the windows of a training, for a training elsewhere.",
        discussion: """
            The folder DIR gets what 'charchat train' would read with the same options: the windows \
            with their loss weights and resets as safetensors, the weights it would begin with, and \
            alphabet, shape and settings in corpus.json. The package charchat_torch (python/README.md) \
            trains on it with PyTorch, on one machine or many, and writes a model that charchat takes.

            A corpus is written once through, unless --characters says otherwise; lessons have no end \
            and want --characters. The batch is that of all processes together.

            Examples:
              charchat corpus write notes.txt -o shards --batch 64 --window 256
              charchat corpus write corpus/ -o shards --characters 100000000 --cell kda --batch 32
            """)

    @Argument(help: ArgumentHelp("The corpus, as 'charchat train' takes it.", valueName: "FILE"))
    var files: [String]

    @OptionGroup var reading: ReadingOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder to make.", valueName: "DIR"))
    var output: String

    @Option(
        help: ArgumentHelp("Characters to write, rounded up to whole windows.", valueName: "N"))
    var characters: Int?

    @Option(help: ArgumentHelp("Go on teaching this model.", valueName: "MODEL"))
    var from: String?

    @Option(help: "Size of the model: tiny, small or base. Default: small.")
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

    @Option(help: ArgumentHelp("Length of the copy head's keys, or off.", valueName: "N|off"))
    var copyHead: CopyHeadSize?

    @Option(help: ArgumentHelp("Lanes of a window.", valueName: "N"))
    var batch: Int?

    @Option(help: ArgumentHelp("Characters of a window.", valueName: "N"))
    var window: Int?

    @Option(help: ArgumentHelp("The same seed gives the same start and order.", valueName: "N"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("The share held out to judge by, 0 to 0.5.", valueName: "FRACTION"))
    var validation: Double?

    @Option(help: "What is held out: spread or end.")
    var holdOut = EncodedCorpus.HeldOut.spread

    private var request: TrainingRequest {
        var request = TrainingRequest()
        // Nobody knows here how long it will train: the size is not chosen by the time.
        request.budget = .epochs(1)
        request.seed = seed
        request.preset = preset
        request.cell = cell
        request.hiddenSize = hidden
        request.layerCount = layers
        request.copyHeadSize = copyHead.map { $0.keySize ?? 0 }
        request.batchSize = batch
        request.windowLength = window
        // Not this machine's.
        request.workers = 1
        return request
    }

    func validate() throws {
        guard (0...0.5).contains(validation ?? 0) else {
            throw ValidationError("--validation must be 0 to 0.5.")
        }
        guard (1...1 << 40).contains(characters ?? 1) else {
            throw ValidationError("--characters must be 1 to \(1 << 40).")
        }
        let isShaped =
            preset != nil || cell != nil || layers != nil || hidden != nil || copyHead != nil
        if from != nil, isShaped {
            throw ValidationError(
                "--from takes the model's shape: leave out --preset, --cell, --layers, --hidden and --copy-head."
            )
        }
        do {
            try request.options(cell: cell ?? .gru, format: .text).validate()
        } catch let error as TrainingError {
            throw ValidationError("\(error)")
        }
    }

    func run() throws {
        let folder = URL(fileURLWithPath: output)
        do {
            try ShardFolder.requireNew(folder)
        } catch {
            throw CommandFailure(
                "\(output) is there already and is kept; name another folder with -o, or remove it")
        }
        Leftovers.remove(beside: folder)
        let taught = try from.map { try ModelFile.load(URL(fileURLWithPath: $0)) }
        let data = try TrainingCorpus.open(
            files, validation: validation, from: holdOut, seed: seed,
            reading: try reading.options(), alphabet: taught?.alphabet)
        guard taught == nil || taught?.format == data.format else {
            throw CommandFailure(
                "\(from ?? "") was taught \(taught?.format == .text ? "text" : "dialogues"); give more of these, or leave out --from"
            )
        }
        if let heldOut = data.heldOut { try Output.error.writeLine(heldOut) }
        if data.characters == nil, characters == nil {
            throw CommandFailure(
                "lessons have no end: say how many characters of them to write (--characters)")
        }
        let plan = try TrainingPlan(request, for: data, pretrained: taught?.network.configuration)
        Signals.install(suspend: false, keepingNohup: true, waitsLong: true)
        let interrupts = SignalInterrupts(interruptEnds: true)
        let line = ProgressLine("writing")
        let manifest = try ShardFolder.write(
            data, plan: plan, from: taught, characters: characters, to: folder
        ) {
            line.show($0)
            return !interrupts.shouldStop()
        }
        line.end()
        guard let manifest else { throw interrupts.exitCode }
        do {
            try Output.standard.writeLine(
                VisibleText.oneLine(
                    "\(output): \(ModelText.grouped(manifest.characters)) characters in windows of \(plan.options.batchSize) × \(plan.options.windowLength), \(manifest.shards.count) \(manifest.shards.count == 1 ? "shard" : "shards"); \(plan.configuration.layers[0].cell.rawValue), \(plan.configuration.layers.count) × \(plan.configuration.layers[0].hiddenSize), \(ModelText.grouped(plan.configuration.parameterCount)) parameters"
                ))
        } catch OutputError.closed {}
    }
}
