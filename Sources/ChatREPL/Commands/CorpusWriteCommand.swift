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

            A corpus is written once through, unless --symbols says otherwise; lessons have no end \
            and want --symbols. The batch is that of all processes together.

            Examples:
              charchat corpus write notes.txt -o shards --batch 64 --window 256
              charchat corpus write corpus/ -o shards --symbols 100000000 --cell kda
            """)

    @Argument(help: ArgumentHelp("The corpus, as 'charchat train' takes it.", valueName: "FILE"))
    var files: [String]

    @OptionGroup var reading: ReadingOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder to make.", valueName: "DIR"))
    var output: String

    @Option(
        help: ArgumentHelp("Symbols to write, rounded up to whole windows.", valueName: "N"))
    var symbols: Int?

    @OptionGroup var choices: TrainingChoices

    private var request: TrainingRequest {
        var request = choices.request
        // Nobody knows here how long it will train: the size is not chosen by the time.
        request.budget = .epochs(1)
        // Not this machine's.
        request.workers = 1
        return request
    }

    func validate() throws {
        guard (1...1 << 40).contains(symbols ?? 1) else {
            throw ValidationError(phrase("--symbols must be 1 to %@.", "\(1 << 40)"))
        }
        try TrainingChoices.check(request)
    }

    func run() throws {
        let folder = URL(fileURLWithPath: output)
        do {
            try ShardFolder.requireNew(folder)
        } catch {
            throw CommandFailure(
                phrase(
                    "%@ is there already and is kept; name another folder with -o, or remove it",
                    output))
        }
        Leftovers.remove(beside: folder)
        let (data, pretrained) = try choices.open(files, reading: try reading.options())
        if let heldOut = data.heldOut { try Output.error.tell(Words.spoken.retold(heldOut)) }
        if data.symbols == nil, symbols == nil {
            throw CommandFailure(
                phrase("lessons have no end: say how many symbols of them to write (--symbols)"))
        }
        var plan = try TrainingPlan(
            request, for: data, pretrained: pretrained?.network.configuration)
        if let symbols {
            // Lessons go by the length of the run, as a training of so many steps does.
            var request = request
            let step = plan.options.batchSize * plan.options.windowLength
            request.budget = .steps((symbols - 1) / step + 1)
            plan = try TrainingPlan(
                request, for: data, pretrained: pretrained?.network.configuration)
        }
        Signals.install(suspend: false, waitsLong: true)
        let interrupts = SignalInterrupts(interruptEnds: true)
        let line = ProgressLine(phrase("writing"))
        let manifest = try ShardFolder.write(
            data, plan: plan, from: pretrained, symbols: symbols, to: folder
        ) {
            line.show($0)
            return !interrupts.shouldStop()
        }
        line.end()
        guard let manifest else { throw interrupts.exitCode }
        let count = manifest.shards.count
        let windows = phrase(
            "%@ symbols in windows of %@ × %@", ModelText.grouped(manifest.symbols),
            plan.options.batchSize, plan.options.windowLength)
        let shards = count == 1 ? phrase("1 shard") : phrase("%@ shards", count)
        let layers = plan.configuration.layers
        let parameters = ModelText.grouped(plan.configuration.parameterCount)
        do {
            try Output.standard.tell(
                VisibleText.oneLine(
                    "\(output): \(windows), \(shards); \(layers[0].cell.rawValue), \(layers.count) × \(layers[0].hiddenSize), \(phrase("%@ parameters", parameters))"
                ))
        } catch OutputError.closed {}
    }
}
