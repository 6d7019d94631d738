import Foundation

/// The formats that a session can be exported in.
public enum ExportFormat: String, Sendable, CaseIterable {
    /// Markdown, each turn under a heading of its own.
    case markdown = "md"
    /// `{"messages":[…]}` on one line: what `importMessages` and training read.
    case json
    /// Plain text.
    case text = "txt"
}

extension Transcript {
    /// The conversation as it stands, as a document that ends in a newline. In Markdown and text,
    /// control characters are shown, not obeyed.
    public func document(_ format: ExportFormat, title: String) -> String {
        document(format, title: title, words: .english)
    }

    /// The same in a language of the program that writes it.
    package func document(
        _ format: ExportFormat, title: String, words: DocumentWords
    ) -> String {
        SessionDocument(title: title, header: header, turns: turns, words: words).text(format)
    }
}

extension SessionStore {
    /// A saved session as a document.
    /// - Throws: as `transcript(_:)`.
    public func export(_ name: String, as format: ExportFormat) throws -> String {
        try transcript(name).document(format, title: name)
    }

    /// Copies a saved session up to a turn of it (counted from 1; nil: all of it); returns the copy's name. The original
    /// may be open elsewhere.
    /// - Throws: `SessionError`, `TranscriptError`, `StorageError`.
    public func fork(
        _ name: String, atTurn turn: Int? = nil, as newName: String? = nil
    ) throws -> String {
        try fork(try transcript(name), of: name, atTurn: turn, as: newName)
    }

    /// The same of what is whole in a damaged one.
    /// - Throws: as above; the damage itself where it took away which model spoke.
    package func fork(
        _ salvaged: SalvagedTranscript, of name: String, atTurn turn: Int? = nil,
        as newName: String? = nil
    ) throws -> String {
        if salvaged.transcript.model.isEmpty, let problem = salvaged.problem { throw problem }
        return try fork(salvaged.transcript, of: name, atTurn: turn, as: newName)
    }

    private func fork(
        _ transcript: Transcript, of name: String, atTurn turn: Int?, as newName: String?
    ) throws -> String {
        let fork = try transcript.fork(
            afterEvent: try transcript.history.eventCount(upToTurn: turn),
            turn: turn ?? transcript.turnCount, name: name, created: Timestamp.text(now()),
            settings: transcript.settings)
        guard fork.eventCount > 0 else {
            throw SessionError.noSuchTurn(turn ?? 0, count: transcript.turnCount)
        }
        return try write(fork, as: try freeName(newName, like: name))
    }

    /// Makes a session of a `{"messages":…}` file (one object, or one a line: then one session with a
    /// clear between them); returns its name. Its replies are marked as not generated here.
    /// - Parameter model: the one that the session will go on with, drawing as is usual for it.
    /// - Throws: `SessionError`, `StorageError`.
    public func importMessages(
        _ url: URL, as name: String? = nil, model: ChatModel
    ) throws -> String {
        let stem = url.deletingPathExtension().lastPathComponent
        let dialogues = try MessagesFile.read(url)
        return try importDialogues(
            dialogues, as: try name.map { try freeName($0, like: nil) } ?? freeName(after: stem),
            model: model)
    }

    /// Makes a session of messages; returns its name. Its replies are marked as not generated here, and a last
    /// message of the user waits for its answer.
    /// - Parameters:
    ///   - name: nil: one from the date and time.
    ///   - model: the one that the session will go on with, drawing as is usual for it.
    /// - Throws: `SessionError`, `StorageError`.
    public func importMessages(
        _ messages: [Message], as name: String? = nil, model: ChatModel
    ) throws -> String {
        try importDialogues([messages], as: try freeName(name, like: nil), model: model)
    }

    private func importDialogues(
        _ dialogues: [[Message]], as name: String, model: ChatModel
    ) throws -> String {
        let created = Timestamp.text(now())
        var chain = Transcript(
            header: TranscriptHeader(
                model: model.hash, created: created, settings: .usual(for: model), parent: nil))
        for (index, messages) in dialogues.enumerated() {
            if index > 0 { try chain.append(.clear, at: created) }
            var isAnswered = true
            for message in messages {
                switch message.role {
                case .system: try chain.append(.system(message.content), at: created)
                case .user:
                    try chain.append(.user(message.content), at: created)
                    isAnswered = false
                case .assistant:
                    // A reply without a message: the assistant spoke first, or twice.
                    if isAnswered { try chain.append(.user(""), at: created) }
                    let reply = RecordedReply(content: message.content, origin: .imported)
                    try chain.append(.assistant(reply), at: created)
                    isAnswered = true
                }
            }
        }
        return try write(chain, as: name)
    }

    /// Writes a whole transcript under a name, or the next free one when that is taken meanwhile.
    func write(_ transcript: Transcript, as name: String) throws -> String {
        var whole = transcript
        if !whole.isClosed { try whole.append(.close, at: Timestamp.text(now())) }
        var chosen = name
        for attempt in 2...10_000 {
            do {
                try TranscriptLog(new: try url(chosen), fileSystem: fileSystem).write(whole.bytes)
                return chosen
            } catch SessionError.exists {
                chosen = SessionName.numbered(name, attempt)
            }
        }
        throw SessionError.exists(name)
    }

    /// `stem` or the next free number of it; from date and time where it cannot be a name.
    private func freeName(after stem: String) throws -> String {
        guard let stem = try? SessionName.checked(stem) else { return try freeDatedName() }
        return try exists(stem) ? freeName(nil, like: stem) : stem
    }
}
