import Foundation

/// The right to write a file, and those named after it, held by one process at a time: flock(2) on a
/// hidden file beside it. The system releases it when the process ends, however it ends.
package final class OutputLock {
    /// What its file holds, by which it is told from the locks of other programs.
    private static let mark = Data("charchat\n".utf8)

    private let path: String
    private let descriptor: Int32

    /// Takes the lock without waiting.
    /// - Parameter output: the file that will be written; links lead to what they name.
    /// - Returns: nil where another process holds it.
    /// - Throws: `StorageError.system` when the folder cannot be written to.
    package static func take(_ output: URL) throws -> OutputLock? {
        let output = output.resolvingSymlinksInPath()
        let folder = output.deletingLastPathComponent().path
        let path = "\(folder)/.\(output.lastPathComponent).lock"
        let files = SystemFileSystem()
        for _ in 0..<16 {
            let descriptor = try files.open(path, flags: O_RDWR | O_CREAT | O_NOFOLLOW)
            // A file system without locks cannot keep processes apart; that is no reason to refuse.
            guard FileLock.take(descriptor) != .busy else {
                files.close(descriptor)
                return nil
            }
            // Who held it before may have removed the file between our opening and our lock.
            if let mine = FileStamp(descriptor), let named = FileStamp(path),
                mine.isSameFile(as: named)
            {
                // A full disk has no room for it; the lock holds all the same.
                if mine.size == 0 { try? files.writeAll(mark, to: descriptor, path: path) }
                return OutputLock(path, descriptor)
            }
            files.close(descriptor)
        }
        return nil
    }

    /// Removes the file of a lock whose holder was killed: one with the mark that nobody holds.
    static func removeIfLeft(_ path: String) {
        // A pipe of that name would be waited for.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return }
        defer { Foundation.close(descriptor) }
        guard FileLock.take(descriptor) == .taken,
            let mine = FileStamp(descriptor), let named = FileStamp(path),
            mine.isSameFile(as: named), mine.size == mark.count,
            let bytes = try? FileLock.readAll(descriptor, count: mark.count, path: path),
            bytes == mark
        else { return }
        unlink(path)
    }

    private init(_ path: String, _ descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    /// Releases it.
    deinit {
        unlink(path)
        FileLock.release(descriptor)
        close(descriptor)
    }
}
