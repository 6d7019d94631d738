import ChatCore
import ChatSearch
import ChatServer
import ChatTraining
import Foundation

/// The libraries' errors in the words of the command line: what they say, and which command or option
/// helps.
package enum ErrorText {
    /// - Parameter atPrompt: what helps is a command of the chat.
    package static func text(_ error: any Error, atPrompt: Bool = false) -> String {
        switch error {
        case let error as SessionError: session(error, atPrompt: atPrompt)
        case let error as StorageError: words(error) + hint(error)
        case let error as TranscriptError: words(error) + hint(error)
        case ReplayError.otherModel(let path, let recorded, let given):
            phrase(
                "%@ was spoken with model %@, not with %@; give its model with -m", path, recorded,
                given)
        case let error as TrainingError: training(error)
        case let error as CorpusError: words(error) + hint(error)
        case let error as SearchError:
            if case .world = error {
                phrase("%@; install charchat anew", words(error))
            } else {
                words(error)
            }
        case let error as ServerError: words(error) + hint(error)
        case let error as ClientError: words(error) + hint(error)
        case let error as any DescribedError: Words.spoken.retold("\(error)")
        default: String(describing: error)
        }
    }

    private static func hint(_ error: ServerError) -> String {
        switch error {
        case .keyRequired: phrase(" (--api-key-file, or CHARCHAT_API_KEY)")
        case .listen(_, _, EADDRINUSE): phrase("; --port 0 takes a free port")
        case .listen, .noSuchHost, .weakKey, .port, .origin, .noThread, .resource: ""
        }
    }

    private static func hint(_ error: ClientError) -> String {
        switch error {
        case .key: " (--api-key-file, CHARCHAT_API_KEY)"
        case .away: phrase("; 'charchat serve' starts one")
        default: ""
        }
    }

    private static func session(_ error: SessionError, atPrompt: Bool) -> String {
        switch error {
        case .missing:
            atPrompt
                ? phrase("%@; /sessions shows them", words(error))
                : phrase("%@; 'charchat sessions list' shows them", words(error))
        case .noSessions: phrase("%@; start one with 'charchat'", words(error))
        case .inUse(let name):
            phrase(
                "session '%@' is open in another charchat; close it there, or go on in another session",
                name)
        case .otherModel: phrase("%@ with -m", words(error))
        case .notSaved: phrase("this session is not saved; /save NAME saves it")
        case .transcript:
            phrase(
                "%@: 'charchat replay' shows it, and in the sessions folder it is a session",
                words(error))
        default: words(error)
        }
    }

    private static func hint(_ error: StorageError) -> String {
        switch error {
        case .safetensors: phrase("; use a file written by 'charchat train'")
        case .model: " ('charchat train')"
        case .system, .state, .tooLarge: ""
        }
    }

    private static func hint(_ error: TranscriptError) -> String {
        switch error {
        case .unknownEvent, .newerVersion: phrase("; update charchat")
        case .brokenChain: phrase("; 'charchat sessions repair' keeps what is whole")
        case .notTranscript(_, let line, _) where line > 1:
            phrase("; 'charchat sessions repair' keeps what is whole")
        default: ""
        }
    }

    private static func hint(_ error: CorpusError) -> String {
        switch error {
        case .undecided(_, _, .speaker): phrase(" (--as NAME, or --plain to read it as text)")
        case .undecided(_, _, .columns): " (--columns QUESTION,ANSWER)"
        case .undecided(_, _, .encoding(let guess)), .invalidUTF8(_, _, let guess):
            " (--encoding\(guess.map { " " + $0 } ?? ""))"
        default: ""
        }
    }

    private static func training(_ error: TrainingError) -> String {
        switch error {
        case .diverged: Words.spoken.retold("\(error)") + " (--learning-rate)"
        case .checkpoint: phrase("%@ without --resume", Words.spoken.retold("\(error)"))
        case .otherOptions(let chosen):
            phrase(
                "the checkpoint cannot be resumed: it was made with %@; give the same, or leave out --resume to begin anew",
                options(chosen))
        case .budgetTooSmall: Words.spoken.retold("\(error)") + " (--minutes)"
        case .options, .missingLibrary: Words.spoken.retold("\(error)")
        }
    }

    /// Choices as options of `charchat train`.
    private static func options(_ chosen: [TrainingOptions.Chosen]) -> String {
        chosen.isEmpty
            ? phrase("other options")
            : chosen.map { "--\($0.choice.rawValue.replacing(" ", with: "-")) \($0.value)" }
                .joined(separator: " ")
    }
}
