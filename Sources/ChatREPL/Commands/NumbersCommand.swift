import ArgumentParser
import ChatCore
import ChatTraining
import Foundation

/// Not listed in the help: for `benchmarks/check_pytorch.py` and other implementations to compare with.
struct NumbersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "numbers",
        abstract: "Logits, loss and gradients of a model on a text, as JSON.",
        discussion: "Example: charchat numbers -m bard.safetensors --text \"To be\" > numbers.json",
        shouldDisplay: false)

    @OptionGroup var model: ModelOption

    @Option(help: ArgumentHelp("The text to read.", valueName: "TEXT"))
    var text: String

    func run() throws {
        let model = try model.load()
        let numbers = try ReferenceNumbers(model.network, symbols: model.alphabet.encode(text))
        try Output.standard.writeLine(try JSONText.line(numbers))
    }
}
