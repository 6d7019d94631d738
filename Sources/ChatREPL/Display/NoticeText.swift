import ChatCore

extension SessionNotice {
    /// The notice as one line of the conversation.
    package var text: String {
        switch self {
        case .emptyFile(let path):
            phrase("%@ was empty, nothing had been said; it starts anew", path)
        case .cannotLock(let path):
            phrase("%@ cannot be locked here; do not open it twice at once", path)
        case .readOnly(let path):
            phrase("NOT SAVED: %@ may not be written to; /save NAME makes a copy", path)
        case .repaired(let path, let line, 1):
            phrase(
                "%@ ended in the middle of line %@; the one byte of that line was left out", path,
                line)
        case .repaired(let path, let line, let byteCount):
            phrase(
                "%@ ended in the middle of line %@; the %@ bytes of that line were left out", path,
                line, byteCount)
        case .unanswered:
            phrase(
                "the last thing you said was not answered before charchat ended; /regen answers it"
            )
        case .notSaved(let problem):
            phrase(
                "NOT SAVED: %@. The conversation goes on in memory; it is saved as soon as that works",
                problem)
        case .savedAgain(let path):
            phrase("saving works again; nothing was lost: %@", path)
        case .nameTaken(let taken, let name):
            phrase(
                "something else took the name '%@'; this session is saved as '%@'", taken, name)
        case .fileMoved(let path, let saved):
            phrase(
                "%@ was moved, removed or replaced while it was open; the whole session is saved in %@",
                path, saved)
        case .fileChanged(let path, let saved):
            phrase(
                "%@ was changed by something else while it was open; it is left as it is, and the whole session is saved in %@",
                path, saved)
        }
    }
}
