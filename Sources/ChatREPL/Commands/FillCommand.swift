import ArgumentParser
import ChatCore
import Foundation

struct FillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fill",
        abstract: "Make up what is missing from a text: in a gap, before and after.",
        discussion: """
            Where TEXT has a gap, ____ (four underscores or more), the model writes what stands in it, \
            with both sides in mind; several gaps are filled from left to right. A text without a gap gets a \
            beginning, and goes on behind its end. The model must have learned to: 'charchat train FILE \
            --fill 0.25'.

            Examples:
              charchat train notes.txt -o notes.safetensors --fill 0.25
              charchat fill "The state ____ of the conversation." -m notes.safetensors
            """)

    @Argument(help: ArgumentHelp("The text that is known; - is standard input.", valueName: "TEXT"))
    var text: String

    @OptionGroup var model: ModelOption
    @OptionGroup var sampling: SamplingOptions

    @Option(
        name: [.customShort("n"), .customLong("characters")],
        help: ArgumentHelp(
            "Most characters in a gap, before TEXT and behind it.", valueName: "CHARACTERS"))
    var count = 200

    @Flag(help: "Print one JSON object when all is written.")
    var json = false

    func validate() throws {
        guard (1...100_000).contains(count) else {
            throw ValidationError(phrase("-n must be between 1 and 100000."))
        }
    }

    func run() throws {
        let chatModel = try model.loadFiller()
        let given = try text == "-" ? Self.standardInput() : text
        Signals.install(suspend: false)
        let interrupts = SignalInterrupts(interruptEnds: true)
        let seed = sampling.chosenSeed
        let filler = GapFiller(
            model: chatModel, settings: sampling.settings(unlessGiven: .text), limit: count)
        let style = Style(
            isTerminal: Output.standard.isTerminal && !json,
            environment: ProcessInfo.processInfo.environment)
        var failure: (any Error)?
        let pieces = filler.fill(given, seed: seed) { piece in
            guard !json else { return !interrupts.shouldStop() }
            do {
                let shown =
                    Output.standard.isTerminal ? VisibleText.lines(piece.text) : piece.text
                try Output.standard.write(piece.isMade ? style.name(shown) : shown)
            } catch {
                failure = error
            }
            return failure == nil && !interrupts.shouldStop()
        }
        if let failure, failure as? OutputError != .closed { throw failure }
        try interrupts.throwIfEnded()
        guard failure == nil else { return }
        guard json else { return try Output.standard.writeLine("") }
        try Output.standard.writeLine(
            try JSONText.line(
                Filled(
                    text: pieces.map(\.text).joined(), pieces: pieces, seed: seed,
                    temperature: filler.settings.temperature, topP: filler.settings.topP,
                    model: chatModel.hash), snakeCase: true))
    }

    private static func standardInput() throws -> String {
        let bytes = try Data(contentsOf: StandardInput.url("-"))
        var text = LineEnds.asLineFeeds(String(decoding: bytes, as: UTF8.self))
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }

    /// What `--json` prints: everything that makes the same text again.
    private struct Filled: Encodable {
        let text: String
        let pieces: [GapFiller.Piece]
        let seed: UInt64
        let temperature, topP: Double
        let model: String
    }
}
