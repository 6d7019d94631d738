import Foundation

/// The saved sessions: a folder of transcripts.
public struct SessionStore: Sendable {
    /// The folders in which it keeps sessions.
    public let places: Places
    let fileSystem: any FileSystem
    let now: @Sendable () -> Date
    let catalogue: any SessionCatalogue

    /// - Parameter catalogue: answers `list` and `search`.
    public init(places: Places, catalogue: any SessionCatalogue = ReadingCatalogue()) {
        self.init(places: places, catalogue: catalogue, fileSystem: SystemFileSystem())
    }

    /// - Parameters:
    ///   - fileSystem: what everything is written through.
    ///   - now: the clock that names and dates sessions.
    package init(
        places: Places, catalogue: any SessionCatalogue = ReadingCatalogue(),
        fileSystem: any FileSystem,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.places = places
        self.catalogue = catalogue
        self.fileSystem = fileSystem
        self.now = now
    }

    // MARK: - Opening

    /// A new conversation. Nothing is written before something is said.
    /// - Parameters:
    ///   - name: nil: one from the date and time.
    ///   - saved: false leaves nothing on disk.
    /// - Throws: `SessionError` for a name that is invalid or taken, or settings out of range.
    public func create(
        _ name: String? = nil, generator: ReplyGenerator, settings: SessionSettings,
        saved: Bool = true
    ) throws -> Session {
        try settings.validate()
        let header = TranscriptHeader(
            model: generator.model.hash, created: Timestamp.text(now()), settings: settings,
            parent: nil)
        guard saved else {
            return Session(
                generator: generator, header: header, store: self, log: nil, name: nil)
        }
        let chosen = try name.map(SessionName.checked) ?? freeDatedName()
        if name != nil, try exists(chosen) { throw SessionError.exists(chosen) }
        return Session(
            generator: generator, header: header, store: self,
            log: TranscriptLog(new: try url(chosen), fileSystem: fileSystem), name: chosen,
            nameIsAutomatic: name == nil)
    }

    /// Opens a saved session where it was left. Its notices say what was repaired.
    /// - Throws: `SessionError.missing`, `.inUse`, `.otherModel`, `TranscriptError`, `StorageError`.
    public func open(_ name: String, generator: ReplyGenerator) throws -> Session {
        let name = try SessionName.checked(name)
        let url = try url(name)
        guard let locked = try LockedTranscript(name, url, places, fileSystem) else {
            return try openReadOnly(name, url, generator)
        }
        let transcript: Transcript
        do {
            transcript = try Transcript(locked.read(), path: url.path)
        } catch TranscriptError.empty {
            do {
                defer { locked.release(fileSystem) }
                try fileSystem.remove(url.path)
            }
            let session = try create(
                name, generator: generator, settings: .usual(for: generator.model))
            session.notices.append(.emptyFile(path: url.path))
            return session
        } catch {
            locked.release(fileSystem)
            throw error
        }
        let log = TranscriptLog(
            open: url, descriptor: locked.descriptor, durable: transcript.wholeLength,
            torn: locked.size > transcript.wholeLength, fileSystem: fileSystem)
        let session = try resume(name, transcript, log, generator)
        if !locked.isLocked {
            session.notices.append(.cannotLock(path: url.path))
        }
        session.persist()
        return session
    }

    private func openReadOnly(
        _ name: String, _ url: URL, _ generator: ReplyGenerator
    ) throws -> Session {
        let session = try resume(name, try Transcript(url), nil, generator)
        session.notices.append(.readOnly(path: url.path))
        return session
    }

    private func resume(
        _ name: String, _ transcript: Transcript, _ log: TranscriptLog?, _ generator: ReplyGenerator
    ) throws -> Session {
        guard transcript.model == generator.model.hash else {
            throw SessionError.otherModel(
                session: name, recorded: transcript.model, given: generator.model.hash)
        }
        try transcript.checkStates(of: generator.model)
        let snapshots = SnapshotFile.read(
            SnapshotFile.url(for: try url(name)), model: generator.model)
        return Session(
            generator: generator, transcript: transcript, snapshots: snapshots, store: self,
            log: log,
            name: name)
    }

    // MARK: - Looking

    /// Where a session of that name is saved.
    /// - Throws: `SessionError.name` when it cannot be a name.
    public func url(_ name: String) throws -> URL {
        SessionFolder.url(try SessionName.checked(name), in: places.sessionsFolder)
    }

    /// Where what a client has attached to the session of that name is kept. It is deleted with the session
    /// and goes along where that gets another name.
    /// - Throws: `SessionError.name`.
    package func metadataFolder(_ name: String) throws -> URL {
        places.metadataFolder.appendingPathComponent(
            try SessionName.checked(name), isDirectory: true)
    }

    /// - Throws: `SessionError.name`.
    public func exists(_ name: String) throws -> Bool {
        access(try url(name).path, F_OK) == 0
    }

    /// All names, ascending; quick enough for Tab.
    public func names() throws -> [String] { try SessionFolder.files(places).map(\.name).sorted() }

    /// The name of the session that was written to or left last, or nil.
    public func latest() throws -> String? {
        try SessionFolder.files(places).max {
            ($0.modified, $0.name) < ($1.modified, $1.name)
        }?.name
    }

    /// Reads a saved session's transcript, also while it is open elsewhere.
    /// - Throws: `SessionError.missing`, `TranscriptError`, `StorageError`.
    public func transcript(_ name: String) throws -> Transcript {
        let url = try url(name)
        guard try exists(name) else { throw missing(name) }
        return try Transcript(url)
    }

    func missing(_ name: String) -> SessionError {
        .missing(name, folder: places.sessionsFolder.path)
    }

    func freeDatedName() throws -> String { try freeName(nil, like: nil) }

    /// `name` if it is free, else an error; without one, the next free name after `like`, or one from
    /// date and time.
    func freeName(_ name: String?, like: String?) throws -> String {
        if let name {
            let name = try SessionName.checked(name)
            guard try !exists(name) else { throw SessionError.exists(name) }
            return name
        }
        let stem = like ?? SessionName.dated(now())
        for attempt in (like == nil ? 1 : 2)...100_000 {
            let candidate = SessionName.numbered(stem, attempt)
            if try !exists(candidate) { return candidate }
        }
        throw SessionError.exists(stem)
    }

    // MARK: - Changing

    /// Gives a session that is not open another name.
    /// - Throws: `SessionError`, `StorageError`.
    public func rename(_ name: String, to newName: String) throws {
        let name = try SessionName.checked(name)
        let source = try url(name)
        let target = try url(newName)
        let lock = try hold(name)
        defer { lock?.release(fileSystem) }
        guard try !exists(newName) else { throw SessionError.exists(newName) }
        try fileSystem.giveName(source.path, target.path)
        try? fileSystem.remove(source.path)
        try? fileSystem.rename(
            SnapshotFile.url(for: source).path, to: SnapshotFile.url(for: target).path)
        moveMetadata(from: name, to: newName)
        catalogue.forget(name, in: places)
    }

    /// Removes a session that is not open: transcript, snapshots and what the index knows of it.
    /// - Throws: `SessionError`, `StorageError`.
    public func delete(_ name: String) throws {
        let name = try SessionName.checked(name)
        let url = try url(name)
        let lock = try hold(name)
        defer { lock?.release(fileSystem) }
        try fileSystem.remove(url.path)
        if let lock { SessionFolder.removeOtherNames(ofInode: lock.inode, places) }
        forgetTraces(of: name, url)
    }

    /// Removes what is known of a session whose transcript is gone.
    func forgetTraces(of name: String, _ url: URL) {
        let snapshots = SnapshotFile.url(for: url)
        try? fileSystem.remove(snapshots.path)
        Leftovers.remove(beside: snapshots)
        if let metadata = try? metadataFolder(name) {
            try? FileManager.default.removeItem(at: metadata)
        }
        catalogue.forget(name, in: places)
        try? fileSystem.synchronizeFolder(places.sessionsFolder.path)
    }

    /// Has what was attached to a session follow it to its new name.
    func moveMetadata(from name: String, to newName: String) {
        guard let old = try? metadataFolder(name), let new = try? metadataFolder(newName),
            access(old.path, F_OK) == 0
        else { return }
        try? fileSystem.rename(old.path, to: new.path)
    }

    /// The lock of a session that must not be open elsewhere.
    func hold(_ name: String) throws -> LockedTranscript? {
        try LockedTranscript(name, try url(name), places, fileSystem)
    }
}

extension SessionStore {
    /// Every saved session, latest first.
    /// - Throws: `StorageError.system` when the folder cannot be read.
    public func list() throws -> [SessionSummary] {
        try catalogue.list(places)
    }

    /// Sessions in which `text` was said by either side, latest first. Letter case, diacritics, and the
    /// width and form of letters do not matter.
    /// - Throws: `StorageError.system` when the folder cannot be read.
    public func search(_ text: String, limit: Int = 50) throws -> [SessionHit] {
        try catalogue.search(text, limit: limit, in: places)
    }
}
