/// Why a session cannot do what it is asked to. No message quotes what was said.
public enum SessionError: DescribedError, Sendable, Equatable {
    /// A name that cannot be a session's; `reason` says why.
    case name(String, reason: String)
    /// A name that a saved session has already.
    case exists(String)
    /// There is no saved session of that name.
    case missing(String, folder: String)
    /// Nothing has been saved yet.
    case noSessions(folder: String)
    /// There is nothing to repair.
    case notDamaged(String)
    /// Another process has it open.
    case inUse(String)
    /// The session speaks with another model; both hashes.
    case otherModel(session: String, recorded: String, given: String)
    /// It was closed and can only be read.
    case closed
    /// It is generating a reply and cannot be changed before that ends.
    case speaking
    /// It lives in memory only: there is no place to save it in.
    case noStore
    /// It has no file, so it cannot be renamed.
    case notSaved
    /// `undo` at the beginning.
    case nothingToUndo
    /// `redo` where nothing was undone, or something was said since.
    case nothingToRedo
    /// `regenerate` without a reply to replace or a text to answer.
    case nothingToRegenerate
    /// `continueReply` where the last reply is complete, or there is none.
    case nothingToContinue
    /// `mark` before anything was said: a session in which nothing was said leaves no file.
    case nothingSaid
    /// There is no mark of that name.
    case noSuchMark(String)
    /// A turn that the conversation does not have; it has `count`.
    case noSuchTurn(Int, count: Int)
    /// There is no reply of that number to the last message; there are `count`.
    case noSuchReply(Int, count: Int)
    /// A layer that the model does not have; it has `count`.
    case noSuchLayer(Int, count: Int)
    /// A head that a layer does not have; it has `count`.
    case noSuchHead(Int, layer: Int, count: Int)
    /// A text of more symbols than one turn may have, `Session.longestTurn`.
    case tooLong(symbols: Int, limit: Int)
    /// A length limit outside 1...10,000.
    case lengthLimit(Int)
    /// A messages file that cannot be imported.
    case messages(path: String, line: Int, what: String)
    /// A transcript where messages were wanted.
    case transcript(path: String)
    /// A file that is not UTF-8, and where the first wrong byte is.
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
            "there is no session named '\(name)' in \(folder)"
        case .noSessions(let folder):
            "there is no saved session in \(folder) yet"
        case .notDamaged(let name):
            "session '\(name)' is whole; there is nothing to repair"
        case .inUse(let name):
            "session '\(name)' is open elsewhere; close it there, or go on in another session"
        case .otherModel(let session, let recorded, let given):
            "session '\(session)' speaks with model \(recorded.prefix(12))…, not with \(given.prefix(12))…; give its model"
        case .notSaved: "this session is not saved; save it first"
        case .closed: "this session was closed; open it again to go on with it"
        case .speaking: "this session is replying; wait for the end of the reply, or stop it"
        case .noStore: "this session lives in memory alone and cannot be saved"
        case .nothingToUndo: "there is no turn to undo"
        case .nothingToRedo: "there is no undone turn to redo"
        case .nothingToRegenerate: "there is no reply to generate anew"
        case .nothingToContinue: "the last reply came to its end; there is nothing to go on with"
        case .nothingSaid: "nothing has been said yet"
        case .noSuchMark(let name): "no place of this conversation is marked \(quoted(name))"
        case .noSuchTurn(let turn, let count):
            count == 0
                ? "there is no turn \(turn); nothing has been said yet"
                : "there is no turn \(turn); give a number from 1 to \(count)"
        case .noSuchReply(let reply, let count):
            count == 0
                ? "there is no reply \(reply); nothing was replied last"
                : "there is no reply \(reply); give a number from 1 to \(count)"
        case .noSuchLayer(let layer, let count):
            "there is no layer \(layer); give a number from 1 to \(count)"
        case .noSuchHead(let head, let layer, let count):
            "layer \(layer) has no head \(head); give a number from 1 to \(count)"
        case .tooLong(let symbols, let limit):
            "that is \(symbols) symbols, and a message may have at most \(limit); it was not sent: say it in parts"
        case .lengthLimit(let value):
            "the length limit is \(value); it must be between 1 and 10000"
        case .messages(let path, let line, let what): "\(path), line \(line): \(what)"
        case .transcript(let path):
            "\(path) is the transcript of a session, which needs no import"
        case .noMessages(let path):
            "\(path) holds no messages; give JSON such as {\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
        case .notText(let path, let byteOffset):
            "\(path) is not UTF-8 text (byte \(byteOffset + 1)); convert it first"
        }
    }
}
