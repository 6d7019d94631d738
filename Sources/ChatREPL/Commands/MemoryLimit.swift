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

    /// Tells what a training needs where that is much.
    /// - Throws: `CommandFailure` where it cannot be had.
    static func check(_ configuration: ModelConfiguration, _ options: TrainingOptions) throws {
        let needed = TrainingMemory.bytes(configuration, options)
        let available = bytes
        guard needed < available else {
            throw CommandFailure(
                phrase(
                    "this training needs %@ of memory, and there are %@; give a smaller --batch, --window or --hidden, or fewer --threads",
                    gigabytes(needed), gigabytes(available))
            )
        }
        if needed > 1 << 30 {
            try? Output.error.tell(
                phrase("This training needs %@ of memory.", gigabytes(needed)))
        }
    }

    private static func gigabytes(_ bytes: Int) -> String {
        "\((Double(bytes) / 1e8).rounded() / 10) GB"
    }
}
