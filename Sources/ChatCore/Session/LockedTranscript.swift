import Foundation

/// A transcript file, open for writing and locked.
struct LockedTranscript {
    let descriptor: Int32
    let path: String
    let size: Int
    /// False where the file system has no locks.
    let isLocked: Bool
    let inode: UInt64

    /// nil for a file that may be read but not written.
    /// - Throws: `SessionError.missing`, `.inUse`, `StorageError`.
    init?(_ name: String, _ url: URL, _ places: Places, _ fileSystem: any FileSystem) throws {
        let path = url.path
        for _ in 0..<16 {
            let descriptor: Int32
            do {
                descriptor = try fileSystem.open(path, flags: O_RDWR | O_APPEND)
            } catch StorageError.system(_, _, ENOENT) {
                throw SessionError.missing(name, folder: places.sessionsFolder.path)
            } catch StorageError.system(_, _, let code) where code == EACCES || code == EROFS {
                return nil
            }
            let lock = FileLock.take(descriptor)
            guard lock != .busy else {
                fileSystem.close(descriptor)
                throw SessionError.inUse(name)
            }
            // The file may have been moved or deleted before the lock was ours.
            if let mine = FileStamp(descriptor), let named = FileStamp(path),
                mine.isSameFile(as: named)
            {
                self.descriptor = descriptor
                self.path = path
                size = mine.size
                inode = mine.inode
                isLocked = lock == .taken
                return
            }
            fileSystem.close(descriptor)
        }
        throw SessionError.inUse(name)
    }

    /// The bytes in the file.
    /// - Throws: `StorageError.system`, `.tooLarge`.
    func read() throws -> Data {
        guard size <= Transcript.longestFile else {
            throw StorageError.tooLarge(path: path, bytes: size, limit: Transcript.longestFile)
        }
        return try FileLock.readAll(descriptor, count: size, path: path)
    }

    func release(_ fileSystem: any FileSystem) {
        FileLock.release(descriptor)
        fileSystem.close(descriptor)
    }
}
