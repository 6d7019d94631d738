import Foundation

/// The way of an event: into memory, then to the disk.
extension Session {
    /// Applies an event and appends it to the transcript.
    func record(_ event: TranscriptEvent, state: RecurrentState? = nil) {
        do {
            try chain.append(event, at: timestamp)
        } catch {
            preconditionFailure("an event that cannot follow: \(error)")
        }
        if let state { states.cache.insert(state, for: history.current) }
        persist()
    }

    /// Writes the last line of a session that is left after something was added to it, which shows a
    /// reader that nothing is missing at the end.
    func seal() {
        if log != nil, chain.eventCount > openedCount, !chain.isClosed { record(.close) }
    }

    /// Gets all lines onto the disk, or leaves a notice that they are not.
    /// - Parameter comparing: also looks at a file in which nothing is missing.
    func persist(comparing: Bool = false) {
        guard let log else { return }
        do {
            try writeUnderFreeName(log, comparing: comparing)
            if savingProblem != nil {
                notices.append(.savedAgain(path: log.url.path))
            }
            savingProblem = nil
            savingError = nil
        } catch {
            if savingProblem == nil {
                notices.append(.notSaved(problem: "\(error)"))
            }
            savingProblem = "\(error)"
            savingError = error
        }
    }

    /// Writes; when something else has the name and this session has no file under it, takes the next
    /// free one. What happened to the file meanwhile becomes a notice.
    private func writeUnderFreeName(_ log: TranscriptLog, comparing: Bool) throws {
        let wasSaved = log.exists
        do {
            try log.write(chain.bytes, comparing: comparing)
        } catch SessionError.exists(let taken) where !log.exists {
            try writeUnderNextName(log, taken: taken)
            // A name of one's own; of a file that was there already `takeLoss` tells.
            if !nameIsAutomatic && !wasSaved {
                notices.append(.nameTaken(taken, savedAs: name ?? ""))
            }
        }
        switch log.takeLoss() {
        case .moved(let path):
            notices.append(.fileMoved(path: path, savedIn: log.url.path))
        case .changed(let path):
            notices.append(.fileChanged(path: path, savedIn: log.url.path))
        case nil: break
        }
    }

    private func writeUnderNextName(_ log: TranscriptLog, taken: String) throws {
        for attempt in 2...10_000 {
            let next = SessionName.numbered(taken, attempt)
            try log.move(
                to: SessionFolder.url(next, in: log.url.deletingLastPathComponent()), chain.bytes)
            name = next
            do {
                return try log.write(chain.bytes)
            } catch SessionError.exists {}
        }
        throw SessionError.exists(taken)
    }

    /// Writes the last states beside the transcript. They are a cache, so failing does no harm.
    func writeSnapshot() {
        guard let store, let log, log.isComplete, chain.eventCount > 0 else { return }
        let chosen = SnapshotFile.selection(history, states.cache)
        guard !chosen.isEmpty else { return }
        let known = chosen.compactMap { node in
            states.cache[node].map { (chain.hash(ofEvent: history.nodes[node].event), $0) }
        }
        let url = SnapshotFile.url(for: log.url)
        try? SnapshotFile.write(known, model: model.hash, to: url, fileSystem: store.fileSystem)
        SnapshotFile.trim(url.deletingLastPathComponent(), keeping: url)
    }
}
