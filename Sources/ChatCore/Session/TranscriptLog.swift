import Foundation

/// The writing end of a transcript: appends lines and has them on the disk before it returns, one
/// writer at a time.
///
/// Goals, in order: no whole line is ever lost or harmed; a failing disk does not end the
/// conversation; a session in which nothing was said leaves no file. Lines that could not be written
/// wait in memory and are tried again with the next one.
///
/// The lock is flock(2) on the transcript itself: the system lets go of it when the process ends, by
/// whatever death, so a stale lock cannot be.
final class TranscriptLog {
    private(set) var url: URL
    private let fileSystem: any FileSystem
    /// nil until the first line makes the file.
    private var descriptor: Int32?
    /// Bytes of the file that are known to be on the disk.
    private var durable = 0
    /// Bytes after `durable` may stand in the file, from a write that failed.
    private var isTorn = false
    /// Lines not yet on the disk.
    private var pending = Data()

    /// A transcript that does not exist yet.
    init(new url: URL, fileSystem: any FileSystem) {
        self.url = url
        self.fileSystem = fileSystem
    }

    /// Takes over an open, locked file of which `durable` bytes are good. `torn`: more bytes follow,
    /// which are cut off with the next write.
    init(open url: URL, descriptor: Int32, durable: Int, torn: Bool, fileSystem: any FileSystem) {
        self.url = url
        self.descriptor = descriptor
        self.durable = durable
        self.isTorn = torn
        self.fileSystem = fileSystem
    }

    deinit { close() }

    /// True when the file exists and every line is in it.
    var isComplete: Bool { descriptor != nil && pending.isEmpty }
    var exists: Bool { descriptor != nil }

    /// Adds lines (with their newlines) and writes all that waits.
    /// - Throws: `StorageError.system`, or `SessionError.exists` when another process took the name
    ///   meanwhile. The lines wait then; `flush` tries again.
    func append(_ lines: Data) throws {
        pending.append(lines)
        try flush()
    }

    /// Writes what waits and returns when it is on the disk.
    func flush() throws {
        guard !pending.isEmpty || isTorn else { return }
        guard let descriptor else { return try create() }
        if try recoverRemoved(descriptor) { return }
        if isTorn {
            try fileSystem.truncate(descriptor, to: durable, path: url.path)
        }
        isTorn = true
        try fileSystem.writeAll(pending, to: descriptor, path: url.path)
        try fileSystem.synchronize(descriptor, path: url.path)
        isTorn = false
        durable += pending.count
        pending.removeAll()
    }

    /// Makes the file: under a temporary name, locked and synchronized, then linked to its own, so that
    /// nobody ever sees a part of it and two processes cannot both have the name.
    private func create() throws {
        let folder = url.deletingLastPathComponent()
        try fileSystem.makeFolders(folder)
        let temporary =
            "\(folder.path)/.\(getpid())-\(UInt64.random(in: 0 ... .max)).new"
        let descriptor = try fileSystem.open(
            temporary, flags: O_RDWR | O_APPEND | O_CREAT | O_EXCL)
        do {
            _ = SessionLock.take(descriptor)
            try fileSystem.writeAll(pending, to: descriptor, path: url.path)
            try fileSystem.synchronize(descriptor, path: url.path)
            try move(temporary, to: url)
        } catch {
            fileSystem.close(descriptor)
            try? fileSystem.remove(temporary)
            throw error
        }
        self.descriptor = descriptor
        durable = pending.count
        pending.removeAll()
        isTorn = false
        // The file is there; a folder that cannot be synchronized must not undo that.
        try? fileSystem.remove(temporary)
        try? fileSystem.synchronizeFolder(folder.path)
    }

    /// A file that was deleted while it was open is made again with all that stood in it; true when
    /// that was so.
    private func recoverRemoved(_ descriptor: Int32) throws -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_nlink == 0 else { return false }
        let old = try SessionLock.readAll(descriptor, count: durable, path: url.path)
        fileSystem.close(descriptor)
        self.descriptor = nil
        isTorn = false
        pending = old + pending
        durable = 0
        try create()
        return true
    }

    /// Moves the file, or the name it will have.
    /// - Throws: `StorageError.system`, `SessionError.exists`.
    func move(to target: URL) throws {
        if exists {
            try move(url.path, to: target)
            try? fileSystem.remove(url.path)
            try? fileSystem.synchronizeFolder(target.deletingLastPathComponent().path)
        }
        url = target
    }

    /// Gives a file the name `target`, which nothing has yet; its old name may remain.
    private func move(_ path: String, to target: URL) throws {
        do {
            try fileSystem.giveName(path, target.path)
        } catch StorageError.system(_, _, EEXIST) {
            throw SessionError.exists(target.deletingPathExtension().lastPathComponent)
        }
    }

    /// Dates the file now, so that the session that was left last is the latest.
    func touch() {
        if let descriptor { _ = futimens(descriptor, nil) }
    }

    /// Lets go of the file and its lock.
    func close() {
        if let descriptor {
            SessionLock.release(descriptor)
            fileSystem.close(descriptor)
        }
        descriptor = nil
    }
}

/// flock(2), and reading through a descriptor.
enum SessionLock {
    enum Result { case taken, busy, unsupported }

    /// Takes the lock without waiting.
    static func take(_ descriptor: Int32) -> Result {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            return errno == EWOULDBLOCK ? .busy : .unsupported
        }
        return .taken
    }

    /// Lets go of the lock, also where a process that is just being started still holds a copy of the
    /// descriptor.
    static func release(_ descriptor: Int32) { _ = flock(descriptor, LOCK_UN) }

    /// The first `count` bytes.
    static func readAll(_ descriptor: Int32, count: Int, path: String) throws -> Data {
        var data = Data(count: count)
        var place = 0
        while place < count {
            let got = data.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress.map { $0 + place }, count - place, off_t(place))
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else {
                throw StorageError.system(
                    operation: "read", path: path, code: got == 0 ? EIO : errno)
            }
            place += got
        }
        return data
    }
}
