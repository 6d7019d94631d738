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

    func validate() throws {
        guard (0...100_000_000).contains(count) else {
            throw ValidationError("-n must be between 0 and 100000000.")
        }
    }

    func run() throws {
        let sampler = TextSampler(model: try model.load())
        let isTerminal = Output.standard.isTerminal
        Signals.install(suspend: false)
        let interrupts = SignalInterrupts(interruptEnds: true)
        var random = RandomStream(seed: sampling.chosenSeed)
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
            count, after: prompt, settings: sampling.settings(unlessGiven: .text), random: &random,
            emit: emit)
        if failure == nil { _ = emit("\n") }
        try end(failure, interrupts)
    }

    private func end(_ failure: (any Error)?, _ interrupts: SignalInterrupts) throws {
        // A reader that has seen enough (`| head`) is no failure.
        if let failure, failure as? OutputError != .closed { throw failure }
        try interrupts.throwIfEnded()
    }
}
