import ChatCore
import Foundation

/// Standard input as a file, for what is read more than once or from several places.
package enum StandardInput {
    /// Whether what a command works on came from standard input: nothing of it is kept.
    package private(set) nonisolated(unsafe) static var isRead = false

    /// Holds the file until the process ends.
    private static let folder: URL? = {
        let made = FileManager.default.temporaryDirectory
            .appendingPathComponent("charchat-\(getpid())-\(UInt64.random(in: 0 ... .max))")
        guard mkdir(made.path, 0o700) == 0 else { return nil }
        atexit { StandardInput.remove() }
        return made
    }()

    private static func remove() {
        if let folder { try? FileManager.default.removeItem(at: folder) }
    }

    /// The file that an argument names; for `-` one with all that stands on standard input, which is
    /// read to its end first.
    /// - Throws: `CommandFailure`.
    package static func url(_ argument: String) throws -> URL {
        guard argument == "-" else { return URL(fileURLWithPath: argument) }
        guard let url = folder?.appendingPathComponent("standard input") else {
            throw CommandFailure(
                phrase(
                    "cannot write to %@: %@", FileManager.default.temporaryDirectory.path,
                    SystemReason.text(errno))
            )
        }
        if isRead { return url }
        do {
            try Data().write(to: url)
            let file = try FileHandle(forWritingTo: url)
            defer { try? file.close() }
            while let part = try FileHandle.standardInput.read(upToCount: 1 << 20), !part.isEmpty {
                try file.write(contentsOf: part)
            }
        } catch {
            throw CommandFailure(
                phrase("cannot read standard input: %@", FailureReport.sentence(for: error)))
        }
        isRead = true
        return url
    }
}
