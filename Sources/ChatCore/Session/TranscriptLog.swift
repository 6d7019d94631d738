import Foundation

/// The writing end of a transcript: has all of it on the disk before it returns, one writer at a time.
///
/// Goals, in order: no whole line is ever lost or harmed; a failing disk does not end the
/// conversation; a session in which nothing was said leaves no file. The caller keeps the whole
/// transcript; what of it could not be written is tried again with the next line, and where something
/// else happened to the file the whole is written anew.
///
/// The lock is flock(2) on the transcript itself: the system lets go of it when the process ends, by
/// whatever death, so a stale lock cannot be. Programs that know nothing of locks can still change the
/// file, so it is compared with what is known of it before each append, before it gets another name and
/// when the session is left.
final class TranscriptLog {
    /// What another program did to the file while it was open, and where it was.
    enum Loss {
        /// Nothing, or another file, has its name.
        case moved(path: String)
        /// Its bytes are not those that were written.
        case changed(path: String)
    }

    private(set) var url: URL
    private let fileSystem: any FileSystem
    /// nil until the first line makes the file.
    private var descriptor: Int32?
    /// Bytes of the file that are known to be on the disk.
    private var durable = 0
    /// Bytes after `durable` may stand in the file, from a write that failed.
    private var isTorn = false
    /// Bytes that the file should have.
    private var wanted = 0
    /// The file as it was after it was last written here.
    private var stamp: FileStamp?
    private var loss: Loss?

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
        wanted = durable
        stamp = FileStamp(descriptor)
    }

    deinit { close() }

    /// True when the file exists and every line is in it.
    var isComplete: Bool { descriptor != nil && durable == wanted }
    var exists: Bool { descriptor != nil }

    /// What happened to the file since the last time that this was asked, once the whole is saved anew.
    func takeLoss() -> Loss? {
        guard isComplete else { return nil }
        defer { loss = nil }
        return loss
    }

    /// Has all lines of a transcript on the disk.
    /// - Parameters:
    ///   - whole: the transcript from its first byte on; it begins with what was written before.
    ///   - comparing: also looks at a file in which nothing is missing.
    /// - Throws: `StorageError.system`, or `SessionError.exists` when the file must be made and something
    ///   has its name. What is missing is written by the next call.
    func write(_ whole: Data, comparing: Bool = false) throws {
        wanted = whole.count
        let lacksSomething = wanted > durable || isTorn
        guard lacksSomething || (comparing && exists) else { return }
        giveUpWhatOthersChanged(whole)
        guard let descriptor else { return try create(whole) }
        guard lacksSomething else { return }
        if isTorn {
            try fileSystem.truncate(descriptor, to: durable, path: url.path)
        }
        isTorn = true
        try fileSystem.writeAll(whole.dropFirst(durable), to: descriptor, path: url.path)
        try fileSystem.synchronize(descriptor, path: url.path)
        isTorn = false
        durable = wanted
        stamp = FileStamp(descriptor)
    }

    /// Leaves a file that is no longer what was written to whoever changed it: the whole is written anew.
    private func giveUpWhatOthersChanged(_ whole: Data) {
        guard let descriptor, let found = whatHappened(to: descriptor, whole) else { return }
        close()
        (loss, durable, isTorn) = (found, 0, false)
    }

    /// Compares the file with what was written: its name, its size, and where its time has changed its
    /// bytes.
    private func whatHappened(to descriptor: Int32, _ whole: Data) -> Loss? {
        guard let now = FileStamp(descriptor) else { return nil }
        guard let named = FileStamp(url.path), named.isSameFile(as: now) else {
            return .moved(path: url.path)
        }
        if now == stamp { return nil }
        guard isTorn ? now.size >= durable : now.size == durable else {
            return .changed(path: url.path)
        }
        let bytes = try? FileLock.readAll(descriptor, count: durable, path: url.path)
        return bytes == whole.prefix(durable) ? nil : .changed(path: url.path)
    }

    /// Makes the file: under a temporary name, locked and synchronized, then linked to its own, so that
    /// nobody ever sees a part of it and two processes cannot both have the name.
    private func create(_ whole: Data) throws {
        let folder = url.deletingLastPathComponent()
        try fileSystem.makeFolders(folder)
        let temporary =
            "\(folder.path)/.\(getpid())-\(UInt64.random(in: 0 ... .max)).new"
        let descriptor = try fileSystem.open(
            temporary, flags: O_RDWR | O_APPEND | O_CREAT | O_EXCL)
        do {
            _ = FileLock.take(descriptor)
            try fileSystem.writeAll(whole, to: descriptor, path: url.path)
            try fileSystem.synchronize(descriptor, path: url.path)
            try move(temporary, to: url)
        } catch {
            fileSystem.close(descriptor)
            try? fileSystem.remove(temporary)
            throw error
        }
        self.descriptor = descriptor
        durable = whole.count
        isTorn = false
        // The file is there; a folder that cannot be synchronized must not undo that.
        try? fileSystem.remove(temporary)
        stamp = FileStamp(descriptor)
        try? fileSystem.synchronizeFolder(folder.path)
    }

    /// Moves the file, or the name it will have. One that something else changed stays where it is.
    /// - Parameter whole: as in `write`, which then makes the file under its new name.
    /// - Throws: `StorageError.system`, `SessionError.exists`.
    func move(to target: URL, _ whole: Data) throws {
        giveUpWhatOthersChanged(whole)
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
            FileLock.release(descriptor)
            fileSystem.close(descriptor)
        }
        descriptor = nil
    }
}
