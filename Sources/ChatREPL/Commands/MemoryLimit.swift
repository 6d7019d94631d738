import ChatCore
import ChatTraining
import Foundation

/// How much memory this process can have.
enum MemoryLimit {
    /// Bytes: the least of what the machine has, `ulimit -v` and a container's limit.
    static var bytes: Int {
        let machine = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        return [machine, addressSpace, container].compactMap(\.self).min() ?? machine
    }

    /// The line `Max address space  SOFT  HARD  bytes`; nil where it is unlimited or not told.
    private static var addressSpace: Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/limits", encoding: .utf8) else {
            return nil
        }
        let line = LineEnds.split(text).first { $0.hasPrefix("Max address space") }
        return line?.split(separator: " ").dropFirst(3).first.flatMap { Int($0) }
    }

    private static var container: Int? {
        let text = try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8)
        return text.flatMap { Int($0.trimmed) }
    }

    /// What a process has taken before it loads a model, libraries and threads included.
    private static let usual = 64 << 20

    /// A model from a file, where there is memory for it: an allocation that fails would end the process.
    /// - Throws: `CommandFailure` where there is not; what loading throws.
    static func model(_ url: URL) throws -> ChatModel {
        try check(url)
        return try ModelFile.load(url)
    }

    /// The file's bytes, its values, and those once more in the order in which they are used: three times the
    /// file at the least. One of halves needs more, for each becomes a float.
    /// - Throws: `CommandFailure` where that is more than can be had.
    static func check(_ url: URL) throws {
        var status = stat()
        guard stat(url.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        let (part, isTooMuch) = Int(status.st_size).multipliedReportingOverflow(by: 3)
        let needed = isTooMuch ? Int.max : Swift.max(part, part &+ usual)
        let available = bytes
        guard needed > available else { return }
        throw CommandFailure(
            phrase(
                "%@ needs %@ of memory, and there are %@; give a smaller model",
                VisibleText.oneLine(url.path), size(needed), size(available))
        )
    }

    /// Compares what a training needs with what there is.
    /// - Returns: what it needs, to be shown.
    /// - Throws: `CommandFailure` where it cannot be had.
    static func check(_ configuration: ModelConfiguration, _ options: TrainingOptions) throws
        -> String
    {
        let needed = TrainingMemory.bytes(configuration, options)
        let available = bytes
        guard needed < available else {
            throw CommandFailure(
                phrase(
                    "this training needs %@ of memory, and there are %@; give a smaller --batch, --window or --hidden, or fewer --threads",
                    size(needed), size(available))
            )
        }
        return size(needed)
    }

    private static func size(_ bytes: Int) -> String {
        bytes < 1_000_000_000
            ? "\(Swift.max(1, bytes / 1_000_000)) MB"
            : "\((Double(bytes) / 1e8).rounded() / 10) GB"
    }
}
