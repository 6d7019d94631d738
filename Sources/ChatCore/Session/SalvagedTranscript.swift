import Foundation

/// What can be saved of a damaged transcript: every line up to the damage unchanged, and from the later
/// ones the messages that can still be read.
///
/// The replies after the damage depend on words that are lost, so nobody can verify them any more; they
/// are kept as imported ones. An undo after the damage takes back nothing before it, because what it
/// meant may be lost.
package struct SalvagedTranscript: Sendable {
    package private(set) var transcript: Transcript
    /// What is wrong with the first line that cannot be used; nil for a sound transcript.
    package private(set) var problem: TranscriptError?
    /// The numbers of the lines that are lost.
    package private(set) var lostLines: [Int] = []
    /// Generated replies that can no longer be verified.
    package private(set) var unprovable = 0

    /// Steps before the damage.
    private var stepsBefore = 0

    /// Reads what can be read.
    /// - Throws: `StorageError`, and `TranscriptError` for a file that holds nothing or is no
    ///   transcript.
    package init(_ url: URL) throws {
        try self.init(try readFile(url, limit: Transcript.longestFile), path: url.path)
    }

    package init(_ bytes: Data, path: String) throws {
        let lines = TranscriptLines(bytes)
        do {
            transcript = try Transcript(lines, bytes, path: path)
        } catch let error as TranscriptError {
            let canBeRead = lines.whole.contains {
                (try? TranscriptLines.decode($0.bytes).transcriptEvent()) != nil
            }
            guard case .notTranscript = error, canBeRead else { throw error }
            let header = TranscriptHeader(
                model: "", created: "", settings: SessionSettings(), parent: nil)
            transcript = Transcript(header: header, path: path)
            problem = error
            lostLines = [lines.whole.first?.number ?? 1]
        }
        for line in lines.whole.dropFirst() {
            if problem == nil { readSound(line, of: bytes) } else { readDamaged(line) }
        }
        if problem == nil { transcript.take(lines, of: bytes) }
        if lines.tornLength > 0 { lostLines.append(lines.count + 1) }
    }

    /// Whether the line follows the one before; the damage begins at the first that does not.
    private mutating func readSound(_ line: TranscriptLines.Line, of bytes: Data) {
        do {
            let (event, follows) = try transcript.readEvent(line)
            guard follows else {
                throw TranscriptError.brokenChain(path: transcript.path, line: line.number)
            }
            try transcript.append(read: event, line: line)
        } catch {
            problem = TranscriptError(error, path: transcript.path, line: line.number)
            transcript.takeReadLines(of: bytes)
            stepsBefore = transcript.history.undoable
            readDamaged(line)
        }
    }

    private mutating func readDamaged(_ line: TranscriptLines.Line) {
        guard let decoded = try? TranscriptLines.decode(line.bytes),
            let event = try? decoded.transcriptEvent(), keep(event, at: decoded.at)
        else {
            lostLines.append(line.number)
            return
        }
    }

    /// Adds what can still be read from an event after the damage; false when that is nothing.
    private mutating func keep(_ event: TranscriptEvent, at: String?) -> Bool {
        let history = transcript.history
        var events = [event]
        switch event {
        case .user, .system, .clear, .silence, .load, .mark, .back, .set: break
        // Turns may count otherwise behind the damage.
        case .take: return false
        // They speak of lines by their hash.
        case .fork, .close: return true
        case .assistant(let reply):
            if reply.origin == .generated { unprovable += 1 }
            let kept = RecordedReply(
                content: reply.content, finishReason: reply.finishReason, origin: .imported)
            events = [.assistant(kept)]
            if reply.replaces, let question = history.question(regenerated: true) {
                events = [.undo(1), .user(question.user)] + events
            } else if history.unanswered == nil {
                // The message that it answers is lost.
                events = [.user("")] + events
            }
        case .undo(let count):
            let possible = Swift.min(count, history.undoable - stepsBefore)
            guard possible > 0 else { return false }
            events = [.undo(possible)]
        case .redo(let count):
            let possible = Swift.min(count, history.undone.count)
            guard possible > 0 else { return false }
            events = [.redo(possible)]
        }
        for event in events {
            guard (try? transcript.append(event, at: at)) != nil else { return false }
        }
        return true
    }

    /// The same conversation with another model's hash in its first line, for one whose first line is
    /// lost.
    func with(model: String) throws -> Transcript {
        guard transcript.model.isEmpty else { return transcript }
        var header = transcript.header
        header.model = model
        var whole = Transcript(header: header)
        for entry in transcript.entries { try whole.append(entry.event, at: nil) }
        return whole
    }
}

extension SessionStore {
    /// Whatever can be read of a saved session, even where its file is damaged.
    /// - Throws: `SessionError.missing`, `TranscriptError`, `StorageError`.
    package func salvage(_ name: String) throws -> SalvagedTranscript {
        let url = try url(name)
        guard try exists(name) else { throw missing(name) }
        return try SalvagedTranscript(url)
    }

    /// Makes a new session from the sound parts of a damaged one, which stays as it is.
    /// - Parameters:
    ///   - newName: nil: one made from the old name.
    ///   - model: the hash of the model to go on with, for one whose first line is lost.
    /// - Returns: the new session's name, the numbers of the lines that are lost, and how many generated replies
    ///   are kept that can no longer be verified.
    /// - Throws: `SessionError.notDamaged`, and as `salvage`.
    public func repair(
        _ name: String, as newName: String? = nil, model: () throws -> String
    ) throws -> (name: String, lostLines: [Int], unprovable: Int) {
        let salvaged = try salvage(name)
        guard salvaged.problem != nil else { throw SessionError.notDamaged(name) }
        let whole = try salvaged.with(
            model: salvaged.transcript.model.isEmpty ? model() : salvaged.transcript.model)
        guard whole.eventCount > 0 else { throw salvaged.problem ?? missing(name) }
        let made = try write(whole, as: try freeName(newName, like: name))
        return (made, salvaged.lostLines, salvaged.unprovable)
    }
}
