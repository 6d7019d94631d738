/// Undo, redo, clear, and settings.
extension Session {
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

    /// Brings back the last `count` undone steps, or as many as there are; returns how many.
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
            // Nothing is written before something is said: the first line will hold the setting.
            var header = chain.header
            header.settings = changed
            chain = Transcript(header: header)
        } else {
            record(.set(change))
        }
    }
}
