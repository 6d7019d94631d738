import ChatCore

extension SessionNotice {
    /// The notice as one line of the conversation.
    package var text: String {
        switch self {
        case .emptyFile(let path):
            "\(path) was empty, nothing had been said; it starts anew"
        case .cannotLock(let path):
            "\(path) cannot be locked here; do not open it twice at once"
        case .readOnly(let path):
            "NOT SAVED: \(path) may not be written to; /save NAME makes a copy"
        case .repaired(let what): what
        case .unanswered:
            "the last thing you said was not answered before charchat ended; /regen answers it"
        case .notSaved(let problem):
            "NOT SAVED: \(problem). The conversation goes on in memory; it is saved as soon as that works"
        case .savedAgain(let path): "saving works again; nothing was lost: \(path)"
        case .nameTaken(let taken, let name):
            "something else took the name '\(taken)'; this session is saved as '\(name)'"
        case .fileMoved(let path, let saved):
            "\(path) was moved, removed or replaced while it was open; the whole session is saved in \(saved)"
        case .fileChanged(let path, let saved):
            "\(path) was changed by something else while it was open; it is left as it is, and the whole session is saved in \(saved)"
        }
    }
}
