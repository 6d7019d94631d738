import ArgumentParser
import ChatCore
import Foundation

struct SampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: "Let the model write text.",
        discussion: """
            A model of plain text goes on from the prompt. A model of dialogues answers it, and goes \
            on with a conversation of its own invention.

            Example: charchat sample -m bard.safetensors --prompt "ROMEO:" -n 400 --seed 7
            """)

    @OptionGroup var model: ModelOption
    @OptionGroup var sampling: SamplingOptions

    @Option(help: ArgumentHelp("The text to go on from.", valueName: "TEXT"))
    var prompt = ""

    @Option(
        name: [.customShort("n"), .customLong("characters")],
        help: ArgumentHelp("Characters to write.", valueName: "CHARACTERS"))
    var count = 500

    @Option(
        help: ArgumentHelp(
            "Go on from what the model remembers there ('charchat sessions state' writes it).",
            valueName: "FILE"),
        completion: .file())
    var state: String?

    @Flag(help: "Print one JSON object when all is written.")
    var json = false

    func validate() throws {
        guard (0...100_000_000).contains(count) else {
            throw ValidationError(phrase("-n must be between 0 and 100000000."))
        }
    }

    func run() throws {
        let chatModel = try model.load()
        let sampler = TextSampler(model: chatModel)
        let start = try state.map {
            try StateFile.load(URL(fileURLWithPath: $0), of: chatModel)
        }
        let isTerminal = Output.standard.isTerminal
        Signals.install(suspend: false)
        let interrupts = SignalInterrupts(interruptEnds: true)
        let seed = sampling.chosenSeed
        let settings = sampling.settings(unlessGiven: .text)
        var random = RandomStream(seed: seed)
        if json {
            var text = ""
            sampler.write(count, after: prompt, from: start, settings: settings, random: &random) {
                text += $0
                return !interrupts.shouldStop()
            }
            try Output.standard.writeLine(
                try JSONText.line(
                    Sample(
                        prompt: prompt, text: text, characters: text.unicodeScalars.count,
                        seed: seed, temperature: settings.temperature, topP: settings.topP,
                        model: chatModel.hash), snakeCase: true))
            return try interrupts.throwIfEnded()
        }
        var failure: (any Error)?
        func emit(_ piece: String) -> Bool {
            do {
                try Output.standard.write(isTerminal ? VisibleText.lines(piece) : piece)
            } catch {
                failure = error
                return false
            }
            return !interrupts.shouldStop()
        }
        if !prompt.isEmpty, !emit(prompt) { return try end(failure, interrupts) }
        sampler.write(
            count, after: prompt, from: start, settings: settings, random: &random, emit: emit)
        if failure == nil { _ = emit("\n") }
        try end(failure, interrupts)
    }

    /// What `--json` prints: everything that makes the same text again.
    private struct Sample: Encodable {
        let prompt: String
        /// Without the prompt.
        let text: String
        let characters: Int
        let seed: UInt64
        let temperature, topP: Double
        let model: String
    }

    private func end(_ failure: (any Error)?, _ interrupts: SignalInterrupts) throws {
        // A reader that has seen enough (`| head`) is no failure.
        if let failure, failure as? OutputError != .closed { throw failure }
        try interrupts.throwIfEnded()
    }
}
