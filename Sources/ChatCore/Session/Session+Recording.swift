import Foundation

/// What happens to an event: memory, then the disk.
extension Session {
    /// Applies an event and appends it to the transcript.
    func record(_ event: TranscriptEvent, state: RecurrentState? = nil) {
        do {
            try conversation.apply(event, state: state)
        } catch {
            preconditionFailure("an event that cannot follow: \(error)")
        }
        persist(chain.append(event, at: timestamp))
    }

    /// Has lines on the disk, or says that they are not.
    func persist(_ lines: Data) {
        guard let log else { return }
        do {
            try appendUnderFreeName(lines, log)
            if savingProblem != nil {
                notices.append(.savedAgain(path: log.url.path))
            }
            savingProblem = nil
        } catch {
            if savingProblem == nil {
                notices.append(.notSaved(problem: "\(error)"))
            }
            savingProblem = "\(error)"
        }
    }

    /// Appends; when another process took the name before this one had a file, takes the next free one.
    private func appendUnderFreeName(_ lines: Data, _ log: TranscriptLog) throws {
        let wasSaved = log.exists
        do {
            try log.append(lines)
        } catch SessionError.exists(let taken) where !log.exists {
            for attempt in 2...10_000 {
                let next = SessionName.numbered(taken, attempt)
                try log.move(to: SessionFolder.url(next, in: log.url.deletingLastPathComponent()))
                name = next
                do {
                    try log.flush()
                    // A name of one's own, or one under which it was saved already.
                    if !nameIsAutomatic || wasSaved {
                        notices.append(.nameTaken(taken, savedAs: next))
                    }
                    return
                } catch SessionError.exists {}
            }
            throw SessionError.exists(taken)
        }
    }

    /// Writes the last states beside the transcript. A cache: failing is no harm.
    func writeSnapshot() {
        guard let store, let log, log.isComplete, !chain.entries.isEmpty else { return }
        let chosen = SnapshotFile.selection(history, conversation.cache)
        guard !chosen.isEmpty else { return }
        let states = chosen.compactMap { node in
            conversation.cache[node].map { (chain.hash(ofEvent: history.nodes[node].event), $0) }
        }
        try? SnapshotFile.write(
            states, model: model.hash, to: SnapshotFile.url(for: log.url),
            fileSystem: store.fileSystem)
    }
}
