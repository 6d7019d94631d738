/// The kinds of transcript line, by role and event: the one list of names, shared by the code that writes
/// transcripts and the code that reads them.
package enum LineKind: CaseIterable {
    case user, system, reply, regeneratedReply, continuedReply
    case undo, redo, clear, take, silence, load, mark, back, set, fork, close

    /// nil for a line that this version does not know.
    package init?(role: String?, event: String?) {
        guard let kind = Self.allCases.first(where: { $0.names == (role, event) }) else {
            return nil
        }
        self = kind
    }

    /// The values of `role` and `event`.
    package var names: (role: String?, event: String?) {
        switch self {
        case .user: ("user", nil)
        case .system: ("system", nil)
        case .reply: ("assistant", nil)
        case .regeneratedReply: ("assistant", "regenerate")
        case .continuedReply: ("assistant", "continue")
        case .undo: (nil, "undo")
        case .redo: (nil, "redo")
        case .clear: (nil, "clear")
        case .take: (nil, "take")
        case .silence: (nil, "silence")
        case .load: (nil, "load")
        case .mark: (nil, "mark")
        case .back: (nil, "back")
        case .set: (nil, "set")
        case .fork: (nil, "fork")
        case .close: (nil, "close")
        }
    }
}
