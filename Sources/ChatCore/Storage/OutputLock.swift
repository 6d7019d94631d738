import Foundation

/// The right to write a file, and those named after it, held by one process at a time: flock(2) on a
/// hidden file beside it. The system releases it when the process ends, however it ends.
package final class OutputLock {
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
                return OutputLock(path, descriptor)
            }
            files.close(descriptor)
        }
        return nil
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
