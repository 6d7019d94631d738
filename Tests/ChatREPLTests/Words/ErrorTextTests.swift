import ChatCore
import ChatCorpus
import ChatEvaluation
import ChatREPL
import ChatSearch
import ChatServer
import ChatTraining
import Foundation
import Testing

@Suite struct ErrorTextTests {
    private static let clientErrors: [any DescribedError] = [
        ClientError.address("a b"), ClientError.secure("https://a"),
        ClientError.away(address: "a", reason: "it does not answer"),
        ClientError.key(address: "a", isGiven: false),
        ClientError.key(address: "a", isGiven: true), ClientError.stranger(address: "a"),
        ClientError.version(address: "a", its: nil, own: "1"), ClientError.refused("m"),
        ClientError.stopped,
    ]

    private static let errors: [any DescribedError] = [
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
        SessionError.noMessages(path: "p"), SessionError.noSuchReply(3, count: 2),
        StorageError.safetensors(path: "p", what: "its header is not a JSON object"),
        StorageError.model(
            path: "p",
            what: "its values are not those its hash names; it was damaged or edited",
            advice: "fetch it again or train a new one"),
        StorageError.model(
            path: "p", what: "this model shape cannot be: more than 5 parameters",
            advice: "fetch it again or train a new one"),
        StorageError.state(path: "p", what: "it is damaged"),
        StorageError.tooLarge(path: "p", bytes: 1 << 30, limit: 1 << 20),
        SearchError.world(file: "f", line: 2, problem: "5 cells where 2 or 3 are expected"),
        TranscriptError.notTranscript(path: "p", line: 1, what: "it is not JSON"),
        TranscriptError.notTranscript(path: "p", line: 2, what: "it lacks the field seed"),
        TranscriptError.unknownEvent(path: "p", line: 3, name: "sing"),
        TranscriptError.newerVersion(path: "p", version: 9),
        CorpusError.noFiles, CorpusError.directory(file: "f"),
        CorpusError.unsupported(file: "f", hint: "extract its text to a .txt file first"),
        CorpusError.singleCharacter(file: "f"),
        CorpusError.invalidUTF8(
            file: "f", byteOffset: 3,
            guess: nil),
        CorpusError.line(file: "f", line: 2, problem: "message 3 lacks a \"role\""),
        CorpusError.form(file: "f", problem: "is a gzip file that is cut short"),
        CorpusError.undecided(
            file: "f", problem: "is a Telegram chat; say whom the model learns to be: A, B",
            .speaker), CorpusError.mixedFormats(text: "a", dialogue: "b"),
        CorpusError.noDialogues(file: "f"),
        CorpusError.cache(file: "f", reason: "it is not whole"),
        CorpusError.tooSmall(symbols: 3, needed: 9),
        CorpusError.position("its counts cannot be"),
        TrainingError.options("steps must be at least 1"),
        TrainingError.diverged(step: 3, loss: .nan, isKept: true),
        TrainingError.checkpoint("the corpus has changed since"),
        TrainingError.budgetTooSmall, TrainingError.missingLibrary,
        ServerError.keyRequired(host: "0.0.0.0"), ServerError.weakKey, ServerError.port(70_000),
        ServerError.listen(host: "::1", port: 80, code: EACCES),
        ServerError.noSuchHost("a", port: 80),
        ServerError.listen(host: "::1", port: 80, code: EADDRINUSE),
        ServerError.origin("shop.example"), ServerError.noThread,
        ServerError.resource("page.html"),
        LessonError.folder(path: "p", problem: "cannot be read"),
        LessonError.line(file: "f", line: 2, problem: "'{' is not closed"),
        DialogueSetError.unreadable(file: "f"), DialogueSetError.empty(file: "f"),
        DialogueSetError.line(file: "f", line: 2, problem: "'id' is missing"),
        ModelError.configuration("the hidden size of layer 2 is 0; it must be between 1 and 9"),
        ModelError.parameters("a state value is not a finite number"),
        ModelError.alphabet(symbols: 3, expected: 4), SamplingError.temperature(11),
        SamplingError.topP(2),
    ]

    @Test(arguments: Self.errors + Self.clientErrors)
    func inEnglishErrorsBeginWithTheLibrarysOwnWords(error: any DescribedError) {
        #expect(ErrorText.text(error).hasPrefix("\(error)"))
    }

    @Test func onlyWhereThePortIsInUseIsAnotherOneAdvised() {
        func text(_ code: Int32) -> String {
            ErrorText.text(ServerError.listen(host: "::1", port: 80, code: code))
        }
        #expect(text(EADDRINUSE).contains("--port 0"))
        #expect(!text(EACCES).contains("--port 0"))
    }

    @Test(arguments: Self.errors + [TrainingError.otherOptions([])])
    func inKoreanNoSentenceStaysEnglish(error: any DescribedError) throws {
        try KoreanWords.load().speak {
            for text in [ErrorText.text(error), ErrorText.text(error, atPrompt: true)] {
                #expect(KoreanWords.english(in: text) == nil, "\(text)")
            }
        }
    }
}
