import ChatCore
import ChatSearch
import ChatServer
import Foundation

/// The libraries' errors that the prompt meets, in the language that is spoken. In English they are the
/// libraries' own words, which a test compares.
extension ErrorText {
    static func words(_ error: SessionError) -> String {
        switch error {
        case .name(let name, let reason):
            phrase("%@ cannot be a session's name: %@", quoted(name), Words.spoken.retold(reason))
        case .exists(let name):
            phrase("a session named '%@' exists already; choose another name", name)
        case .missing(let name, let folder):
            phrase("there is no session named '%@' in %@", name, folder)
        case .noSessions(let folder): phrase("there is no saved session in %@ yet", folder)
        case .notDamaged(let name):
            phrase("session '%@' is whole; there is nothing to repair", name)
        case .otherModel(let session, let recorded, let given):
            phrase(
                "session '%@' speaks with model %@…, not with %@…; give its model", session,
                recorded.prefix(12), given.prefix(12))
        case .closed: phrase("this session was closed; open it again to go on with it")
        case .speaking:
            phrase("this session is replying; wait for the end of the reply, or stop it")
        case .noStore: phrase("this session lives in memory alone and cannot be saved")
        case .nothingToUndo: phrase("there is no turn to undo")
        case .nothingToRedo: phrase("there is no undone turn to redo")
        case .nothingToRegenerate: phrase("there is no reply to generate anew")
        case .nothingToContinue:
            phrase("the last reply came to its end; there is nothing to go on with")
        case .nothingSaid: phrase("nothing has been said yet")
        case .noSuchMark(let name):
            phrase("no place of this conversation is marked %@", quoted(name))
        case .noSuchTurn(let turn, 0):
            phrase("there is no turn %@; nothing has been said yet", turn)
        case .noSuchTurn(let turn, let count):
            phrase("there is no turn %@; give a number from 1 to %@", turn, count)
        case .noSuchReply(let reply, 0):
            phrase("there is no reply %@; nothing was replied last", reply)
        case .noSuchReply(let reply, let count):
            phrase("there is no reply %@; give a number from 1 to %@", reply, count)
        case .noSuchLayer(let layer, let count):
            phrase("there is no layer %@; give a number from 1 to %@", layer, count)
        case .noSuchHead(let head, let layer, let count):
            phrase("layer %@ has no head %@; give a number from 1 to %@", layer, head, count)
        case .tooLong(let symbols, let limit):
            phrase(
                "that is %@ symbols, and a message may have at most %@; it was not sent: say it in parts",
                symbols, limit)
        case .lengthLimit(let value):
            phrase("the length limit is %@; it must be between 1 and 10000", value)
        case .messages(let path, let line, let what):
            phrase("%@, line %@: %@", path, line, Words.spoken.retold(what))
        case .transcript(let path):
            phrase("%@ is the transcript of a session, which needs no import", path)
        case .notText(let path, let byteOffset):
            phrase("%@ is not UTF-8 text (byte %@); convert it first", path, byteOffset + 1)
        default: Words.spoken.retold("\(error)")
        }
    }

    static func words(_ error: ClientError) -> String {
        switch error {
        case .address(let text):
            phrase(
                "%@ is no address of a server; give one like http://127.0.0.1:8080", quoted(text))
        case .away(let address, let reason):
            phrase(
                "the server at %@ cannot be reached: %@", address, Words.spoken.retold(reason))
        case .key(let address, false): phrase("the server at %@ wants an API key", address)
        case .key(let address, true):
            phrase("the server at %@ does not take this API key", address)
        case .stranger(let address): phrase("what answers at %@ is no charchat server", address)
        case .version(let address, let its, let own):
            phrase(
                "the server at %@ is version %@ and this is %@; they cannot talk", address,
                its ?? "?", own)
        case .refused(let message):
            phrase("the server refuses: %@", Words.spoken.retold(message))
        case .stopped: phrase("stopped")
        default: "\(error)"
        }
    }

    static func words(_ error: StorageError) -> String {
        switch error {
        case .system(let operation, let path, let code):
            phrase("cannot %@ %@: %@", Words.spoken[operation], path, SystemReason.lowered(code))
                + advice(code)
        case .model(let path, let what, let advice):
            phrase(
                "%@ cannot be used as a model: %@; %@", path, Words.spoken.retold(what),
                Words.spoken.retold(advice))
        default: Words.spoken.retold("\(error)")
        }
    }

    static func words(_ error: SearchError) -> String {
        switch error {
        case .query(let place, let problem):
            phrase(
                "the query is wrong at character %@: %@", place, Words.spoken.retold(problem))
        case .noWords: phrase("the query has no word to look for; give a word, or several")
        case .tooManyWords(let limit):
            phrase("the query joins more than %@ words with AND, OR and NOT; leave some out", limit)
        case .index(let path, let reason):
            phrase(
                "the search index %@ cannot be used: %@; delete it or free some space",
                Words.spoken.retold(path), Words.spoken.retold(reason))
        case .stopped: phrase("stopped before the index was ready")
        case .world: Words.spoken.retold("\(error)")
        }
    }

    static func words(_ error: CorpusError) -> String {
        switch error {
        case .missing(let file): phrase("%@: there is no such file; check the name", file)
        case .notAFile(let file):
            phrase("%@: is not a regular file; save its text to one and name that", file)
        case .unreadable(let file, let reason):
            phrase("%@: cannot be read: %@", file, Words.spoken.retold(reason))
        case .empty(let file): phrase("%@: holds no text; give a file with some", file)
        case .changed(let file): phrase("%@: changed while it was read; try again", file)
        default: Words.spoken.retold("\(error)")
        }
    }

    static func words(_ error: TranscriptError) -> String {
        switch error {
        case .empty(let path):
            phrase("%@ is an empty transcript; nothing was said in it, so it can be deleted", path)
        case .brokenChain(let path, let line):
            phrase(
                "%@ was changed after it was written: line %@ does not follow line %@; restore it from a copy",
                path, line, line - 1)
        case .notTranscript(let path, let line, let what):
            phrase(
                "%@ is not a transcript that can be read: line %@: %@", path, line,
                Words.spoken.retold(what))
                + (line == 1 ? phrase("; give the file of a saved session") : "")
        default: Words.spoken.retold("\(error)")
        }
    }

    static func words(_ error: ServerError) -> String {
        switch error {
        case .listen(let host, let port, let code):
            phrase("cannot listen on %@, port %@: %@", quoted(host), port, SystemReason.text(code))
        case .noSuchHost(let host, let port):
            phrase("cannot listen on %@, port %@: there is no such host", quoted(host), port)
        default: Words.spoken.retold("\(error)")
        }
    }

    private static func advice(_ code: Int32) -> String {
        switch code {
        case ENOENT: phrase("; check the path")
        case EACCES, EPERM, EROFS:
            phrase("; choose a place you may write to or change its permissions")
        case ENOSPC, EDQUOT: phrase("; free some space")
        case EISDIR: phrase("; name a file, not a folder")
        default: ""
        }
    }
}
