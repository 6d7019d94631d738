import Foundation
import Testing

/// A program while it runs, with files for its standard streams: nothing here can then wait for a reader.
final class RunningExecutable {
    private let process = Process()
    private let folder: TemporaryFolder

    /// - Parameter program: nil: charchat.
    init(
        _ arguments: [String], input: Data = Data(), environment: [String: String],
        program: URL? = nil
    ) throws {
        folder = try TemporaryFolder()
        process.executableURL = try program ?? Executable.url
        process.arguments = arguments
        process.environment = environment
        for (name, data) in [("input", input), ("output", Data()), ("error", Data())] {
            try data.write(to: folder.url.appendingPathComponent(name))
        }
        process.standardInput = try FileHandle(
            forReadingFrom: folder.url.appendingPathComponent("input"))
        process.standardOutput = try FileHandle(
            forWritingTo: folder.url.appendingPathComponent("output"))
        process.standardError = try FileHandle(
            forWritingTo: folder.url.appendingPathComponent("error"))
        try Self.withUsualSignals { try process.run() }
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// What it has written so far.
    private func text(_ name: String) throws -> String {
        String(
            decoding: try Data(contentsOf: folder.url.appendingPathComponent(name)), as: UTF8.self)
    }

    /// Waits until standard output holds `words`; as long as a busy machine may need.
    func wait(for words: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        for _ in 0..<1200 {
            let isOver = !process.isRunning
            if try text("output").contains(words) { return }
            if isOver { break }
            usleep(50_000)
        }
        let said = try text("output") + text("error")
        Issue.record("no '\(words)' in: \(said)", sourceLocation: sourceLocation)
    }

    /// What it has written to standard output so far.
    var output: String { get throws { try text("output") } }

    var isRunning: Bool { process.isRunning }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Waits for its end; one that does not come `within` so many seconds is made.
    func end(within seconds: Double? = nil) throws -> Executable.Result {
        if let seconds {
            let deadline = Date(timeIntervalSinceNow: seconds)
            while process.isRunning, Date() < deadline { usleep(20_000) }
            if process.isRunning { send(SIGKILL) }
        }
        process.waitUntilExit()
        let status =
            process.terminationReason == .exit
            ? process.terminationStatus : 128 + process.terminationStatus
        return Executable.Result(
            status: status, output: try text("output"), error: try text("error"))
    }

    private static let lock = NSLock()

    /// Whoever started the tests may have had signals ignored (`nohup`, a script's `&`), which children
    /// inherit and charchat heeds.
    static func withUsualSignals<T>(_ start: () throws -> T) rethrows -> T {
        try lock.withLock {
            let numbers = [SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP]
            let before = numbers.map { signal($0, SIG_DFL) }
            defer { for (number, handler) in zip(numbers, before) { signal(number, handler) } }
            return try start()
        }
    }
}
