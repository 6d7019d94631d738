import Foundation

/// The checkout that these tests belong to.
let repository = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// What a finished command left behind.
struct ScriptRun {
    let status: Int32
    /// Standard output and standard error, in the order in which they came.
    let output: String

    /// Runs a script of the repository with /bin/sh and waits for its end.
    /// - Parameter environment: the whole environment of the script, nil for this process's own.
    init(_ script: String, _ arguments: String..., environment: [String: String]? = nil) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [repository.appending(path: script).path] + arguments
        process.currentDirectoryURL = repository
        if let environment { process.environment = environment }
        let pipe = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        status = process.terminationStatus
        output = String(decoding: data, as: UTF8.self)
    }
}

/// A folder of a test's own, removed with it.
final class TemporaryFolder {
    let url = FileManager.default.temporaryDirectory
        .appending(path: "charchat-house-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Writes a file, with the folders on its way.
    func write(_ text: String, to path: String, executable: Bool = false) throws {
        let file = url.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        if executable {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: file.path)
        }
    }

    func read(_ path: String) -> String {
        (try? String(contentsOf: url.appending(path: path), encoding: .utf8)) ?? ""
    }
}
