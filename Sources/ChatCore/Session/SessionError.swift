/// What can be wrong with what a session is asked to do. None quotes what was said.
public enum SessionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A name that cannot be a session's; `reason` says why.
    case name(String, reason: String)
    case exists(String)
    case missing(String, folder: String)
    case noSessions(folder: String)
    /// There is nothing to repair.
    case notDamaged(String)
    /// Another process has it open.
    case inUse(String)
    /// The session speaks with another model; both hashes.
    case otherModel(session: String, recorded: String, given: String)
    /// It has no file, so it cannot be renamed.
    case notSaved
    case nothingToUndo
    case nothingToRedo
    case nothingToRegenerate
    case noSuchTurn(Int, count: Int)
    case tooLong(symbols: Int, limit: Int)
    case lengthLimit(Int)
    /// A messages file that cannot be imported.
    case messages(path: String, line: Int, what: String)
    case notText(path: String, byteOffset: Int)
    /// A messages file without a message.
    case noMessages(path: String)

    public var description: String {
        switch self {
        case .name(let name, let reason):
            "\(quoted(name)) cannot be a session's name: \(reason)"
        case .exists(let name):
            "a session named '\(name)' exists already; choose another name"
        case .missing(let name, let folder):
            "there is no session named '\(name)' in \(folder); /sessions or 'charchat sessions list' shows them"
        case .noSessions(let folder):
            "there is no saved session in \(folder) yet; start one with 'charchat'"
        case .notDamaged(let name):
            "session '\(name)' is whole; there is nothing to repair"
        case .inUse(let name):
            "session '\(name)' is open in another charchat; close it there, or go on in another session"
        case .otherModel(let session, let recorded, let given):
            "session '\(session)' speaks with model \(recorded.prefix(12))…, not with \(given.prefix(12))…; give its model with -m"
        case .notSaved: "this session is not saved; /save NAME saves it"
        case .nothingToUndo: "there is no turn to undo"
        case .nothingToRedo: "there is no undone turn to redo"
        case .nothingToRegenerate: "there is no reply to generate anew"
        case .noSuchTurn(let turn, let count):
            count == 0
                ? "there is no turn \(turn); nothing has been said yet"
                : "there is no turn \(turn); give a number from 1 to \(count)"
        case .tooLong(let symbols, let limit):
            "that is \(symbols) characters, and a message may have at most \(limit); it was not sent: say it in parts"
        case .lengthLimit(let value):
            "the length limit is \(value); it must be between 1 and 10000"
        case .messages(let path, let line, let what): "\(path), line \(line): \(what)"
        case .noMessages(let path):
            "\(path) holds no messages; give JSON such as {\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
        case .notText(let path, let byteOffset):
            "\(path) is not UTF-8 text (byte \(byteOffset + 1)); convert it first"
        }
    }
}
