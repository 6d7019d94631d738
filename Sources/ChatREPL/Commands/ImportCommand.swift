import ArgumentParser
import ChatCore
import Foundation

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make a model of weights that come from elsewhere.",
        discussion: """
            The weights of another training, or edited ones, as a safetensors file with the names and \
            shapes of the model that --like names (FILES.md lists them), in float32, bfloat16 or \
            float16. Shape, alphabet and kind of text are that model's. The new model has a hash of its \
            own, and its record says that its weights were imported.

            Example: charchat import edited.safetensors --like bard.safetensors -o mine.safetensors
            """)

    @Argument(
        help: ArgumentHelp("A safetensors file.", valueName: "WEIGHTS"),
        completion: CompletedNames.models)
    var weights: String

    @Option(
        help: ArgumentHelp("The model whose shape and alphabet it gets.", valueName: "MODEL"),
        completion: CompletedNames.models)
    var like: String

    @Option(
        name: .shortAndLong, help: ArgumentHelp("The model file to write.", valueName: "MODEL"),
        completion: CompletedNames.models)
    var output: String

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let target = URL(fileURLWithPath: output)
        guard access(target.path, F_OK) != 0 else {
            throw CommandFailure(
                phrase(
                    "%@ exists already; choose another name or remove it",
                    VisibleText.oneLine(output)))
        }
        let model = try ModelFile.load(
            weights: try StandardInput.url(weights),
            like: try MemoryLimit.model(URL(fileURLWithPath: like)))
        try ModelFile.save(model, to: target)
        if json {
            struct Made: Encodable {
                let path, model: String
                let parameters: Int
            }
            let count = model.network.configuration.parameterCount
            try Output.standard.writeLine(
                try JSONText.line(Made(path: output, model: model.hash, parameters: count)))
        } else {
            try Output.standard.tell(
                "\(VisibleText.oneLine(output)): " + phrase("model %@", model.hash))
        }
    }
}
