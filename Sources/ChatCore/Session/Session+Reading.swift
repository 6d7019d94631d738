import Foundation

/// What can be read of a session, also while it speaks and after it is closed.
extension Session {
    /// Whether the name was made from the date and time.
    public var hasDatedName: Bool { name.map(SessionName.isDated) == true }

    /// Generates the replies. No other task may use it while this session speaks.
    public var generator: ReplyGenerator { states.generator }
    /// The model it speaks with.
    public var model: ChatModel { generator.model }
    /// The settings of the next reply.
    public var settings: SessionSettings { history.settings }
    /// Where it is or will be saved; nil for a session that is not saved.
    public var url: URL? { log?.url }
    /// True once the transcript file exists and contains everything that was said.
    public var isOnDisk: Bool { log?.isComplete ?? false }
    /// The conversation as it stands, first turn first. The cost is proportional to its length.
    public var turns: [Turn] { history.turns }
    /// `turns.count`, at constant cost.
    public var turnCount: Int { history.turnCount }
    /// The last turn, at constant cost; nil at the beginning and right after a clear.
    public var lastTurn: Turn? { history.turn(at: history.current) }
    /// The last message if it was never answered, because the process was stopped; `regenerate` answers it.
    public var unanswered: String? { history.unanswered }
    /// Steps that `undo` can take back.
    public var undoableSteps: Int { history.undoable }
    /// Steps that `redo` can bring back.
    public var redoableSteps: Int { history.undone.count }
    /// True when the model remembers nothing: at the beginning and after a clear.
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

    /// The same for a caller who may not want to wait: while earlier turns have to be read again, `shouldContinue` is
    /// asked now and then; the result is nil when it returned false.
    /// - Parameter number: nil means where the conversation stands, which may be right after a clear.
    /// - Throws: `SessionError.noSuchTurn`.
    public func state(
        afterTurn number: Int?, while shouldContinue: () -> Bool
    ) throws -> RecurrentState? {
        let place = try number.map { try node(ofTurn: $0) } ?? history.current
        var known = states
        let state = known.state(at: place, of: history, while: shouldContinue)
        states.cache = known.cache
        return state
    }

    private func node(ofTurn number: Int) throws -> Int {
        guard let node = history.node(ofTurn: number) else {
            throw SessionError.noSuchTurn(number, count: turnCount)
        }
        return node
    }

    /// What the user should be told once (a repair, a full disk), oldest first. Calling this empties the list.
    public func takeNotices() -> [SessionNotice] {
        defer { notices.removeAll() }
        return notices
    }
}

extension Session {
    /// Everything that happened, whether or not it is on the disk; nil before the first event.
    /// - Throws: `TranscriptError`.
    public func transcript() throws -> Transcript? {
        guard chain.isBegun else { return nil }
        var transcript = chain
        transcript.path = url?.path ?? "this session"
        return transcript
    }
}
