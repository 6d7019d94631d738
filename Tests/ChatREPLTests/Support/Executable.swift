import Foundation
import Testing

/// The built executable, run as a user would.
struct Executable {
    struct Result: Equatable {
        var status: Int32
        var output: String
        var error: String
    }

    /// `charchat` beside the test bundle.
    static var url: URL {
        get throws {
            #if os(macOS)
                let beside = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?
                    .bundleURL
                let folder = beside?.deletingLastPathComponent()
            #else
                let folder = Bundle.main.executableURL?.resolvingSymlinksInPath()
                    .deletingLastPathComponent()
            #endif
            let url = try #require(folder).appendingPathComponent("charchat")
            try #require(FileManager.default.isExecutableFile(atPath: url.path))
            return url
        }
    }

    /// An environment that knows nothing of the machine's: files in `home`, the given model.
    static func environment(home: URL, model: URL? = nil) -> [String: String] {
        var environment = [
            "CHARCHAT_HOME": home.path, "HOME": home.path, "LANG": "C",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
        ]
        environment["CHARCHAT_MODEL"] = model?.path
        return environment
    }

    /// Runs with `input` on standard input, to its end.
    /// - Parameter program: nil: charchat.
    static func run(
        _ arguments: [String], input: Data = Data(), environment: [String: String],
        program: URL? = nil
    ) throws -> Result {
        try RunningExecutable(arguments, input: input, environment: environment, program: program)
            .end()
    }
}
