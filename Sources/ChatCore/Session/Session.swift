import Foundation

/// One open conversation: what was said, the state after it, and the file it is kept in, if any.
///
/// Every step is an event: applied in memory, then appended to the transcript and synchronized before
/// the call returns. When the disk fails, the conversation continues in memory, a notice says so, and what
/// is missing on the disk is written as soon as that works again.
///
/// A session belongs to one task at a time and is not Sendable; `SharedSession` lets several use one. While
/// it speaks (inside `emit`) everything may be read; whatever would change it throws `SessionError.speaking`,
/// and `close` takes effect at the end of the reply. Once it is closed, whatever would change it throws
/// `SessionError.closed`.
public final class Session {
    /// The most symbols that one turn of the user may have; reading more would take seconds.
    public static let longestTurn = 16_384
    /// Turns between two snapshots.
    static let snapshotInterval = 8

    /// The name it is or will be saved under; nil when it is not saved. One whose file may only be read
    /// has a name and no `url`.
    public internal(set) var name: String?

    /// Where it is or may be saved; nil for a session in memory only.
    let store: SessionStore?
    private let now: @Sendable () -> Date
    /// Everything that happened, chained line by line, whether or not it is on the disk.
    var chain: Transcript
    var states: KnownStates
    var log: TranscriptLog?
    /// Its name was not chosen by the user.
    var nameIsAutomatic: Bool
    var notices: [SessionNotice] = []
    /// Why the last attempt to write failed, one line; nil when it did not.
    public internal(set) var savingProblem: String?
    /// The same as the error it was, for those who tell it in other words.
    package internal(set) var savingError: (any Error)?
    /// Texts before which its replies end. They are not part of the transcript, which records such a reply as
    /// one that was interrupted there, so that it is verified like any other.
    package var stops: [String] = []
    /// Events that were in its file when it was opened.
    let openedCount: Int
    /// A reply is being generated.
    private var isSpeaking = false
    private var closesAfterReply = false
    /// What `limitStates` was asked for meanwhile.
    private var limitsAfterReply: (recent: Int, older: Int)?
    /// What `close` returned.
    private var closedWhole = false
    /// True after `close`.
    public private(set) var isClosed = false

    init(
        chain: Transcript, states: KnownStates, store: SessionStore?, log: TranscriptLog?,
        name: String?, nameIsAutomatic: Bool = false, openedCount: Int? = nil
    ) {
        if let store { now = store.now } else { now = { Date() } }
        self.chain = chain
        self.states = states
        self.store = store
        self.log = log
        self.name = name
        self.nameIsAutomatic = nameIsAutomatic
        self.openedCount = openedCount ?? chain.eventCount
    }

    /// A conversation in which nothing has happened yet.
    convenience init(
        generator: ReplyGenerator, header: TranscriptHeader, store: SessionStore?,
        log: TranscriptLog?, name: String?, nameIsAutomatic: Bool = false
    ) {
        self.init(
            chain: Transcript(header: header), states: KnownStates(generator: generator),
            store: store, log: log, name: name, nameIsAutomatic: nameIsAutomatic)
    }

    /// A new conversation in memory only. Nothing of it is ever written.
    /// - Parameter settings: nil means what is usual for the model.
    /// - Throws: `SamplingError`, `SessionError.lengthLimit` for settings out of range.
    public convenience init(
        generator: ReplyGenerator, settings: SessionSettings? = nil
    ) throws {
        let settings = settings ?? .usual(for: generator.model)
        try settings.validate()
        self.init(
            generator: generator,
            header: TranscriptHeader(
                model: generator.model.hash, created: Timestamp.text(Date()), settings: settings,
                parent: nil),
            store: nil, log: nil, name: nil)
    }

    /// A conversation that continues a transcript.
    /// - Parameter snapshots: states, by the hash of the line after which each holds.
    convenience init(
        generator: ReplyGenerator, transcript: Transcript, snapshots: [String: RecurrentState],
        store: SessionStore, log: TranscriptLog?, name: String
    ) {
        let states = KnownStates(
            generator: generator, transcript: transcript, snapshots: snapshots)
        self.init(chain: transcript, states: states, store: store, log: log, name: name)
        if let notice = transcript.notice { notices.append(notice) }
        if transcript.unanswered != nil {
            notices.append(.unanswered)
        }
    }

    var history: SessionHistory { chain.history }

    /// Date and time for the next event.
    var timestamp: String { Timestamp.text(now()) }

    /// - Throws: `SessionError.closed` or `.speaking` when nothing may be changed.
    func requireOpen() throws {
        if isClosed { throw SessionError.closed }
        if isSpeaking { throw SessionError.speaking }
    }

    // MARK: - What can be done

    /// Says `text` and generates the reply. Both are in the transcript, synchronized, on return.
    /// - Parameter emit: given the reply piece by piece; false interrupts it (what was said is kept).
    ///   Called with "" now and then while a long text is read. The session may be read in it.
    /// - Returns: nil when interrupted before the first character; the text is then `unanswered`.
    /// - Throws: `SessionError.tooLong`, `.closed`, `.speaking`, before anything has changed.
    @discardableResult
    public func say(_ text: String, emit: (String) -> Bool = { _ in true }) throws -> Turn? {
        try requireOpen()
        // A byte takes two symbols at most.
        let mayBeTooLong = text.utf8.count > Self.longestTurn / 2
        let symbols = mayBeTooLong ? model.alphabet.encode(text).count : 0
        guard symbols <= Self.longestTurn else {
            throw SessionError.tooLong(symbols: symbols, limit: Self.longestTurn)
        }
        record(.user(text))
        return answer(regenerating: false, emit: emit)
    }

    /// Replaces the last reply with another one, or answers what is `unanswered`.
    /// - Throws: `SessionError.nothingToRegenerate`, `.closed`, `.speaking`.
    @discardableResult
    public func regenerate(emit: (String) -> Bool = { _ in true }) throws -> Turn? {
        try requireOpen()
        let regenerating = history.unanswered == nil
        guard history.question(regenerated: regenerating) != nil else {
            throw SessionError.nothingToRegenerate
        }
        return answer(regenerating: regenerating, emit: emit)
    }

    /// Continues the last reply, which was interrupted or reached the length limit, by up to as many symbols
    /// again.
    /// - Parameter emit: given what is added.
    /// - Returns: the turn with the whole reply; nil when interrupted before the first new character.
    /// - Throws: `SessionError.nothingToContinue`, `.closed`, `.speaking`.
    @discardableResult
    public func continueReply(emit: (String) -> Bool = { _ in true }) throws -> Turn? {
        try requireOpen()
        guard history.cutReply != nil else { throw SessionError.nothingToContinue }
        return answer(regenerating: false, continuing: true, emit: emit)
    }

    private func answer(
        regenerating: Bool, continuing: Bool = false, emit: (String) -> Bool
    ) -> Turn? {
        let draw = history.nextDraw
        // A copy speaks, so that `emit` may read the session.
        var speaker = states
        isSpeaking = true
        var wasStopped = false
        let spoken = speaker.generate(
            in: history, regenerated: regenerating, continued: continuing, draw: draw,
            lengthLimit: settings.lengthLimit, stops: stops
        ) { piece in
            let goesOn = emit(piece)
            if !goesOn { wasStopped = true }
            return goesOn
        }
        isSpeaking = false
        states.cache = speaker.cache
        if let (recent, older) = limitsAfterReply {
            limitsAfterReply = nil
            limitStates(recent: recent, older: older)
        }
        defer { if closesAfterReply { close() } }
        guard let (reply, state) = spoken else { return nil }
        record(
            .assistant(
                RecordedReply(
                    content: reply.text, finishReason: reply.finishReason, draw: draw,
                    symbolCount: reply.symbolCount, regenerated: regenerating,
                    continued: continuing,
                    endedByStop: reply.finishReason == .interrupted && !wasStopped)),
            state: state)
        if turnCount % Self.snapshotInterval == 0 { writeSnapshot() }
        return lastTurn
    }

    /// Uses another engine of the same model from now on: many sessions may share the engines of a few
    /// threads, as long as each engine is used by one at a time.
    /// - Throws: `SessionError.otherModel`, `.closed`, `.speaking`.
    public func use(_ generator: ReplyGenerator) throws {
        try requireOpen()
        guard generator.model.hash == model.hash else {
            throw SessionError.otherModel(
                session: name ?? "", recorded: model.hash, given: generator.model.hash)
        }
        states.generator = generator
    }

    /// Keeps fewer states in memory, for when many sessions are open: those of the latest turns, and some
    /// older ones at growing distances. A state that is not kept is recomputed when it is needed. While it speaks,
    /// this is done at the end of the reply.
    /// - Parameters:
    ///   - recent: at least 1.
    ///   - older: at least 1.
    public func limitStates(recent: Int, older: Int) {
        guard !isSpeaking else {
            limitsAfterReply = (recent, older)
            return
        }
        states.cache = states.cache.limited(recent: max(1, recent), older: max(1, older))
    }

    /// Bytes that its states and its transcript take in memory.
    public var memoryInUse: Int {
        states.cache.count * generator.freshState.byteCount + chain.bytes.count
    }

    /// Writes whatever is not on the disk yet and the snapshot, and releases the file. The session can then
    /// be read but no longer changed. While it speaks, it closes at the end of the reply.
    /// - Parameter keepingStates: false leaves no snapshot: opening the session again then reads
    ///   everything that was said, which costs little for a short one.
    /// - Returns: false when something that was said and should be saved is not on the disk.
    @discardableResult
    public func close(keepingStates: Bool = true) -> Bool {
        guard !isSpeaking else {
            closesAfterReply = true
            return saveWhatWaits()
        }
        guard !isClosed else { return closedWhole }
        seal()
        persist(comparing: true)
        closedWhole = isWhole
        if keepingStates { writeSnapshot() }
        log?.touch()
        log?.close()
        isClosed = true
        return closedWhole
    }

    /// Tries again to write what could not be written.
    /// - Returns: false when something that was said and should be saved is not on the disk.
    public func saveWhatWaits() -> Bool {
        if isClosed { return closedWhole }
        persist()
        return isWhole
    }

    /// Whether everything that should be saved is on the disk.
    private var isWhole: Bool {
        guard log != nil else { return name == nil || chain.eventCount == openedCount }
        return chain.eventCount == 0 || isOnDisk
    }
}
