import ChatCore
import ChatREPL
import ChatSearch
import ChatServer
import Foundation
import Testing

@Suite struct ErrorTextTests {
    @Test(
        arguments: [
            SessionError.name("a/b", reason: "it is empty"), SessionError.exists("a"),
            SessionError.missing("a", folder: "f"), SessionError.noSessions(folder: "f"),
            SessionError.notDamaged("a"),
            SessionError.otherModel(session: "a", recorded: "b", given: "c"), SessionError.closed,
            SessionError.speaking, SessionError.noStore, SessionError.nothingToUndo,
            SessionError.nothingToRedo, SessionError.nothingToRegenerate,
            SessionError.nothingToContinue, SessionError.nothingSaid, SessionError.noSuchMark("m"),
            SessionError.noSuchTurn(2, count: 0), SessionError.noSuchTurn(4, count: 3),
            SessionError.tooLong(symbols: 9, limit: 8), SessionError.lengthLimit(0),
            SessionError.messages(path: "p", line: 2, what: "w"),
            SessionError.transcript(path: "p"),
            SessionError.notText(path: "p", byteOffset: 1), SessionError.noMessages(path: "p"),
            StorageError.system(operation: "open", path: "p", code: ENOENT),
            StorageError.system(operation: "write", path: "p", code: ENOSPC),
            StorageError.system(operation: "write", path: "p", code: EACCES),
            StorageError.system(operation: "create", path: "p", code: EROFS),
            StorageError.system(operation: "read", path: "p", code: EISDIR),
            StorageError.system(operation: "read", path: "p", code: EIO),
            SearchError.query(place: 3, problem: "this bracket is not closed"),
            SearchError.query(place: 3, problem: "AND needs a word after it"),
            SearchError.query(place: 3, problem: "OR needs a word before it"),
            SearchError.query(place: 3, problem: "brackets go 9 deep at most"),
            SearchError.noWords, SearchError.tooManyWords(limit: 9), SearchError.stopped,
            SearchError.index(path: "p", reason: "r"), CorpusError.missing(file: "f"),
            CorpusError.notAFile(file: "f"), CorpusError.unreadable(file: "f", reason: "r"),
            CorpusError.empty(file: "f"), CorpusError.changed(file: "f"),
            TranscriptError.empty(path: "p"), TranscriptError.brokenChain(path: "p", line: 3),
            ReplayError.otherModel(path: "p", recorded: "a", given: "b"),
            ClientError.address("a b"), ClientError.secure("https://a"),
            ClientError.away(address: "a", reason: "it does not answer"),
            ClientError.key(address: "a", isGiven: false),
            ClientError.key(address: "a", isGiven: true), ClientError.stranger(address: "a"),
            ClientError.version(address: "a", its: nil, own: "1"), ClientError.refused("m"),
            ClientError.stopped,
        ] as [any DescribedError])
    func inEnglishErrorsBeginWithTheLibrarysOwnWords(error: any DescribedError) {
        #expect(ErrorText.text(error).hasPrefix("\(error)"))
    }
}
