import Foundation

/// A folder of its own with a tiny model, and the executable run in it.
struct ExecutableHome {
    let folder: TemporaryFolder
    let model: URL
    let environment: [String: String]

    /// - Parameter more: of the environment; the files of charchat are then beside the model.
    init(terminal more: [String: String]? = nil) throws {
        folder = try TemporaryFolder()
        model = try TinyModel.save(TinyModel.make(), in: folder.url)
        let home = more == nil ? folder.url.appendingPathComponent("home") : folder.url
        environment = Executable.environment(home: home, model: model)
            .merging(more ?? [:]) { $1 }
    }
}

/// A suite that runs the executable in a home of its own.
protocol ExecutableSuite {
    var home: ExecutableHome { get }
}

extension ExecutableSuite {
    var folder: TemporaryFolder { home.folder }
    var model: URL { home.model }
    var environment: [String: String] { home.environment }

    /// Slash commands in `input` are meant as such.
    func run(_ arguments: String..., input: String = "") throws -> Executable.Result {
        let hasCommands = input.split(separator: "\n").contains {
            $0.hasPrefix("/") || $0.hasPrefix("\u{FEFF}/")
        }
        return try Executable.run(
            arguments + (hasCommands ? ["--commands"] : []), input: Data(input.utf8),
            environment: environment)
    }

    func write(_ text: String, _ name: String) throws -> String {
        let url = folder.url.appendingPathComponent(name)
        try Data(text.utf8).write(to: url)
        return url.path
    }
}
