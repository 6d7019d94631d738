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
        let process = Process()
        process.executableURL = try program ?? url
        process.arguments = arguments
        process.environment = environment
        let folder = try TemporaryFolder()
        // Files, not pipes: nothing here can then wait for a reader.
        func file(_ name: String, _ data: Data = Data()) throws -> URL {
            let url = folder.url.appendingPathComponent(name)
            try data.write(to: url)
            return url
        }
        let (outputFile, errorFile) = (try file("output"), try file("error"))
        process.standardInput = try FileHandle(forReadingFrom: try file("input", input))
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: errorFile)
        try process.run()
        process.waitUntilExit()
        let status =
            process.terminationReason == .exit
            ? process.terminationStatus : 128 + process.terminationStatus
        return Result(
            status: status,
            output: String(decoding: try Data(contentsOf: outputFile), as: UTF8.self),
            error: String(decoding: try Data(contentsOf: errorFile), as: UTF8.self))
    }
}
