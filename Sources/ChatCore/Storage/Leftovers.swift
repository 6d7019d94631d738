import Foundation

/// Temporary files of processes that were killed. They are `.NAME.PID.tmp` (a file about to replace
/// another, or a folder about to get its name), `.PID-NUMBER.new` (a transcript about to get its name, or that got it just before),
/// `.NAME.PID.deleted` (one that was deleted and could be brought back) and `.NAME.lock` (the right to write a file).
///
/// A file is left over when the process in its name is gone, and a transcript also when nobody holds its
/// lock; a lock when it is charchat's and nobody holds it. In doubt, or when it cannot be removed, it stays: it does no harm.
package enum Leftovers {
    /// Removes what is left beside a file, of it or of files named after it (`NAME.checkpoint`), and the locks
    /// of any.
    package static func remove(beside url: URL) {
        let folder = url.deletingLastPathComponent().path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names {
            if name.hasPrefix(".\(url.lastPathComponent).") { removeIfLeft(name, in: folder) }
            if name.hasPrefix("."), name.hasSuffix(".lock") {
                OutputLock.removeIfLeft("\(folder)/\(name)")
            }
        }
    }

    /// Removes one file of a folder if it is left over.
    static func removeIfLeft(_ name: String, in folder: String) {
        guard let maker = maker(of: name), kill(maker, 0) != 0, errno == ESRCH else { return }
        let path = "\(folder)/\(name)"
        if name.hasSuffix(".new") {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { return }
            defer { close(descriptor) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return }
        }
        if unlink(path) != 0, name.hasSuffix(".tmp") {
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    /// The process ID in a temporary file's name; nil for the name of any other file.
    static func maker(of name: String) -> pid_t? {
        guard name.hasPrefix(".") else { return nil }
        let parts = name.split(separator: ".")
        let digits: Substring? =
            switch parts.last {
            case "tmp" where parts.count >= 3, "deleted" where parts.count >= 3:
                parts[parts.count - 2]
            case "new" where parts.count == 2: parts[0].split(separator: "-").first
            default: nil
            }
        return digits.flatMap { pid_t($0) }.flatMap { $0 > 0 ? $0 : nil }
    }
}
