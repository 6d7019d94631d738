import Foundation

/// A transcript file, open for writing and locked, with what stands in it.
struct LockedTranscript {
    let descriptor: Int32
    let bytes: Data
    /// False where the file system has no locks.
    let isLocked: Bool
    let inode: UInt64

    /// nil for a file that may be read and not written.
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
            let lock = SessionLock.take(descriptor)
            guard lock != .busy else {
                fileSystem.close(descriptor)
                throw SessionError.inUse(name)
            }
            var mine = stat()
            var named = stat()
            // The file may have been moved or deleted before the lock was ours.
            if fstat(descriptor, &mine) == 0, stat(path, &named) == 0, mine.st_ino == named.st_ino,
                mine.st_dev == named.st_dev
            {
                do {
                    bytes = try SessionLock.readAll(
                        descriptor, count: Int(mine.st_size), path: path)
                } catch {
                    fileSystem.close(descriptor)
                    throw error
                }
                self.descriptor = descriptor
                inode = UInt64(mine.st_ino)
                isLocked = lock == .taken
                return
            }
            fileSystem.close(descriptor)
        }
        throw SessionError.inUse(name)
    }

    func release(_ fileSystem: any FileSystem) {
        SessionLock.release(descriptor)
        fileSystem.close(descriptor)
    }
}
