import Foundation

extension Session {
    /// Starts saving a session that was not saved, under `name` (nil: made from the date and time). A
    /// session that is saved already stays as it is. Returns its name.
    /// - Throws: `SessionError` (`.noStore` for one in memory alone), `StorageError`.
    @discardableResult
    public func save(as name: String? = nil) throws -> String {
        try requireOpen()
        if log != nil, let name = self.name { return name }
        guard let store else { throw SessionError.noStore }
        let chosen = try store.freeName(name, like: nil)
        let log = TranscriptLog(new: try store.url(chosen), fileSystem: store.fileSystem)
        if chain.eventCount > 0 { try log.write(chain.bytes) }
        self.log = log
        self.name = chosen
        nameIsAutomatic = name == nil
        writeSnapshot()
        return chosen
    }

    /// Renames a saved session and its file.
    /// - Throws: `SessionError`, `StorageError`.
    public func rename(to newName: String) throws {
        try requireOpen()
        let newName = try SessionName.checked(newName)
        guard let store, let log else { throw SessionError.notSaved }
        guard newName != name else { return }
        let old = log.url
        let target = try store.url(newName)
        guard try !store.exists(newName) else { throw SessionError.exists(newName) }
        let wasSaved = log.exists
        try log.move(to: target, chain.bytes)
        if wasSaved {
            try? store.fileSystem.rename(
                SnapshotFile.url(for: old).path, to: SnapshotFile.url(for: target).path)
            if let name {
                store.moveMetadata(from: name, to: newName)
                store.catalogue.forget(name, in: store.places)
            }
        }
        name = newName
        nameIsAutomatic = false
        // Where something else had changed the file.
        if wasSaved, !log.exists { persist() }
    }

    /// A new session that begins as this one was after turn `turn` (nil: now; 0: before the first), with
    /// the current settings. It is saved if this one is, or if it is given a name.
    /// - Throws: `SessionError`, `StorageError`.
    public func fork(atTurn turn: Int? = nil, as name: String? = nil) throws -> Session {
        let count = try history.eventCount(upToTurn: turn)
        let isSaved = log != nil || name != nil
        guard store != nil || !isSaved else { throw SessionError.noStore }
        let forkName = try isSaved ? store?.freeName(name, like: self.name) : nil
        let fork = try chain.fork(
            afterEvent: count, turn: turn ?? turnCount, name: self.name, created: timestamp,
            settings: settings)
        var states = KnownStates(generator: generator)
        states.cache = self.states.cache.before(
            fork.history.nodes.count, stateBytes: generator.freshState.byteCount)
        let session = Session(
            chain: fork, states: states, store: store,
            log: try forkName.flatMap { name in
                try store.map {
                    TranscriptLog(new: try $0.url(name), fileSystem: $0.fileSystem)
                }
            }, name: forkName, nameIsAutomatic: name == nil, openedCount: 0)
        if fork.eventCount > 0 {
            session.persist()
            session.writeSnapshot()
        }
        return session
    }
}
