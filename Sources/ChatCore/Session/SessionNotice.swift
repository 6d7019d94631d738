/// Something that the user of a session should be told once.
public enum SessionNotice: Sendable, Equatable {
    /// Its file was empty, because nothing had been said; it starts afresh.
    case emptyFile(path: String)
    /// Its file cannot be locked here: two programs might write to it at once.
    case cannotLock(path: String)
    /// Its file may not be written to: what is said from here on is not saved.
    case readOnly(path: String)
    /// Its file ended in the middle of a line, counted from 1; the bytes of that line were left out.
    case repaired(path: String, line: Int, byteCount: Int)
    /// What was said last was never answered; `regenerate` answers it.
    case unanswered
    /// What was said is not on the disk; writing it is tried again with each event.
    case notSaved(problem: String)
    /// What could not be written is on the disk now.
    case savedAgain(path: String)
    /// Something else took its name before it had a file.
    case nameTaken(String, savedAs: String)
    /// Its file was moved, removed or replaced while it was open; all of it is saved anew.
    case fileMoved(path: String, savedIn: String)
    /// Its file was changed by something else while it was open; that file is left alone, and the session
    /// is saved anew.
    case fileChanged(path: String, savedIn: String)
}
