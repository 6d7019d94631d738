import Foundation

/// One open conversation: what was said, the state after it, and the file it is kept in, if any.
///
/// Every step is an event: applied in memory, then appended to the transcript and synchronized before
/// the call returns. A disk that fails does not end the conversation: it goes on in memory, a notice
/// says so, and what waits is written as soon as that works again.
///
/// A session belongs to one task at a time and is not Sendable; `SharedSession` lets several use one. While
/// it speaks (inside `emit`) everything may be read; what would change it throws `SessionError.speaking`, and
/// `close` waits for the reply's end. Once it is closed, what would change it throws `SessionError.closed`.
public final class Session {
    /// The most symbols that one turn of the user may have; reading more would take seconds.
    public static let longestTurn = 16_384
    /// Turns between two snapshots.
    static let snapshotInterval = 8

    /// The name it is or will be saved under; nil when it is not saved. One whose file may only be read
    /// has a name and no `url`.
    public internal(set) var name: String?

    /// Where it is or may be saved; nil for one in memory alone.
    let store: SessionStore?
    private let now: @Sendable () -> Date
    /// All that happened, chained line by line, whether or not it is on the disk.
    var chain: Transcript
    var states: KnownStates
    var log: TranscriptLog?
    /// Its name was not chosen by the user.
    var nameIsAutomatic: Bool
    var notices: [SessionNotice] = []
    /// Why the last attempt to write failed, one line; nil when it did not.
    public internal(set) var savingProblem: String?
    /// Texts before which its replies end. They are no part of the transcript: that has such a reply as one
    /// that was interrupted there, so that it is proved like any other.
    package var stops: [String] = []
    /// Events that stood in its file when it was opened.
    let openedCount: Int
    /// A reply is being generated.
    private var isSpeaking = false
    private var closesAfterReply = false
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

    /// A new conversation in memory alone. Nothing of it is ever written.
    /// - Parameter settings: nil: what is usual for the model.
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

    /// A conversation that goes on from a transcript.
    /// - Parameter snapshots: states by the hash of the line after which they hold.
    convenience init(
        generator: ReplyGenerator, transcript: Transcript, snapshots: [String: RecurrentState],
        store: SessionStore, log: TranscriptLog?, name: String
    ) {
        let states = KnownStates(
            generator: generator, transcript: transcript, snapshots: snapshots)
        self.init(chain: transcript, states: states, store: store, log: log, name: name)
        if let notice = transcript.notice { notices.append(.repaired(notice)) }
        if transcript.unanswered != nil {
            notices.append(.unanswered)
        }
    }

    // MARK: - What is there

    /// Whether the name was made from the date and time.
    public var hasDatedName: Bool { name.map(SessionName.isDated) == true }

    var history: SessionHistory { chain.history }

    /// What answers. Give it to no other task while this session speaks.
    public var generator: ReplyGenerator { states.generator }
    /// The model it speaks with.
    public var model: ChatModel { generator.model }
    /// The settings of the next reply.
    public var settings: SessionSettings { history.settings }
    /// Where it is or will be saved; nil for one that is not.
    public var url: URL? { log?.url }
    /// True once the transcript file exists and all that was said is in it.
    public var isOnDisk: Bool { log?.isComplete ?? false }
    /// The conversation as it stands, first turn first. Costs in the order of its length.
    public var turns: [Turn] { history.turns }
    /// `turns.count`, at constant cost.
    public var turnCount: Int { history.turnCount }
    /// The last turn, at constant cost; nil at the beginning and right after a clear.
    public var lastTurn: Turn? { history.turn(at: history.current) }
    /// What was said last and never answered, because charchat was stopped; `regenerate` answers it.
    public var unanswered: String? { history.unanswered }
    /// Steps that `undo` can take back.
    public var undoableSteps: Int { history.undoable }
    /// Steps that `redo` can bring back.
    public var redoableSteps: Int { history.undone.count }
    /// True when the model knows nothing: at the beginning and after a clear.
    public var contextIsEmpty: Bool { history.nodes[history.current].isFresh }
    /// The session and turn that this one was forked from.
    public var parent: TranscriptHeader.Parent? { chain.parent }
    /// The hash of the transcript's last line, which stands for all lines so far; nil before the first.
    public var lastLineHash: String? { chain.isBegun ? chain.lastHash : nil }

    /// The state after the last turn.
    public var state: RecurrentState { states.state(at: history.current, of: history) }

    /// The state after turn `number` of the conversation as it stands; 0: the fresh state.
    /// - Throws: `SessionError.noSuchTurn`.
    public func state(afterTurn number: Int) throws -> RecurrentState {
        states.state(at: try node(ofTurn: number), of: history)
    }

    /// The same for whoever waits: where the turns before have to be read again, `goOn` is asked now and then,
    /// and there is no state when it stops that.
    /// - Parameter number: nil: where the conversation stands, which may be cleared.
    /// - Throws: `SessionError.noSuchTurn`.
    public func state(
        afterTurn number: Int?, while goOn: () -> Bool
    ) throws -> RecurrentState? {
        let place = try number.map { try node(ofTurn: $0) } ?? history.current
        var known = states
        let state = known.state(at: place, of: history, while: goOn)
        states.cache = known.cache
        return state
    }

    private func node(ofTurn number: Int) throws -> Int {
        guard let node = history.node(ofTurn: number) else {
            throw SessionError.noSuchTurn(number, count: turnCount)
        }
        return node
    }

    /// What should be told once (a repair, a full disk), oldest first; taken by reading.
    public func takeNotices() -> [SessionNotice] {
        defer { notices.removeAll() }
        return notices
    }

    /// Date and time for the next event.
    var timestamp: String { Timestamp.text(now()) }

    /// - Throws: `SessionError.closed`, `SessionError.speaking` where nothing may be changed.
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

    /// Replaces the last reply by another one, or answers what is `unanswered`.
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

    /// Goes on with the last reply, which was interrupted or came to the length limit: as many symbols again.
    /// - Parameter emit: given what is added.
    /// - Returns: the turn with the whole reply; nil when interrupted before the first new character.
    /// - Throws: `SessionError.nothingToContinue`, `.closed`, `.speaking`.
    @discardableResult
    public func goOn(emit: (String) -> Bool = { _ in true }) throws -> Turn? {
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
        defer { if closesAfterReply { close() } }
        guard let (reply, state) = spoken else { return nil }
        record(
            .assistant(
                RecordedReply(
                    content: reply.text, ending: reply.ending, draw: draw,
                    symbolCount: reply.symbolCount, regenerated: regenerating,
                    continued: continuing,
                    endedByStop: reply.ending == .interrupted && !wasStopped)),
            state: state)
        if turnCount % Self.snapshotInterval == 0 { writeSnapshot() }
        return lastTurn
    }

    /// Speaks through another engine of the same model from now on: many sessions may share the engines of
    /// few threads, each engine used by one at a time.
    /// - Throws: `SessionError.otherModel`, `.closed`, `.speaking`.
    public func use(_ generator: ReplyGenerator) throws {
        try requireOpen()
        guard generator.model.hash == model.hash else {
            throw SessionError.otherModel(
                session: name ?? "", recorded: model.hash, given: generator.model.hash)
        }
        states.generator = generator
    }

    /// Keeps fewer states in memory, where many sessions are open: those of the latest turns, and of older
    /// ones some, ever further apart. What is not kept is computed anew when it is asked for.
    /// - Parameters:
    ///   - recent: at least 1.
    ///   - older: at least 1.
    public func limitStates(recent: Int, older: Int) {
        states.cache = states.cache.limited(recent: max(1, recent), older: max(1, older))
    }

    /// Bytes of the states and of the transcript that it holds in memory.
    public var memoryInUse: Int {
        states.cache.count * generator.freshState.byteCount + chain.bytes.count
    }

    /// Takes back the last `count` steps (turns, or a clear), or as many as there are; returns how many.
    /// - Throws: `SessionError.nothingToUndo`, `.closed`, `.speaking`.
    @discardableResult
    public func undo(_ count: Int = 1) throws -> Int {
        try requireOpen()
        let steps = Swift.min(count, undoableSteps)
        guard steps > 0 else { throw SessionError.nothingToUndo }
        record(.undo(steps))
        return steps
    }

    /// Brings back what undo took, or as many steps as there are; returns how many.
    /// - Throws: `SessionError.nothingToRedo`, `.closed`, `.speaking`.
    @discardableResult
    public func redo(_ count: Int = 1) throws -> Int {
        try requireOpen()
        let steps = Swift.min(count, redoableSteps)
        guard steps > 0 else { throw SessionError.nothingToRedo }
        record(.redo(steps))
        return steps
    }

    /// Forgets the context: the next turn starts from the fresh state. The record stays, and undo
    /// brings the context back.
    /// - Throws: `SessionError.closed`, `.speaking`.
    public func clear() throws {
        try requireOpen()
        if !contextIsEmpty || unanswered != nil { record(.clear) }
    }

    /// Changes a setting from the next reply on.
    /// - Throws: `SamplingError`, `SessionError.lengthLimit` for a value out of range; `.closed`, `.speaking`.
    public func set(_ change: SettingChange) throws {
        try requireOpen()
        var changed = settings
        changed.apply(change)
        try changed.validate()
        if !chain.isBegun {
            // Nothing is written before something is said: the first line will say it.
            var header = chain.header
            header.settings = changed
            chain = Transcript(header: header)
        } else {
            record(.set(change))
        }
    }

    /// Writes what waits and the snapshot, and lets go of the file. It can be read afterwards, and no longer
    /// changed. While it speaks, it closes at the end of the reply.
    /// - Parameter keepingStates: false leaves no snapshot: whoever opens it again has what was said read
    ///   anew, which costs little where that is short.
    /// - Returns: false when something that was said and should be saved is not on the disk.
    @discardableResult
    public func close(keepingStates: Bool = true) -> Bool {
        guard !isSpeaking else {
            closesAfterReply = true
            return saveWhatWaits()
        }
        guard !isClosed else { return closedWhole }
        seal()
        closedWhole = saveWhatWaits()
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
        guard log != nil else { return name == nil || chain.eventCount == openedCount }
        return chain.eventCount == 0 || isOnDisk
    }
}
