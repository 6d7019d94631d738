import ChatCore
import ChatSearch
import ChatServer
import ChatTraining

/// The libraries' errors in the words of the command line: what they say, and which command or option
/// helps.
package enum ErrorText {
    package static func text(_ error: any Error) -> String {
        switch error {
        case let error as SessionError: session(error)
        case let error as StorageError: "\(error)\(hint(error))"
        case let error as TranscriptError: "\(error)\(hint(error))"
        case let error as ReplayError: "\(error); give its model with -m"
        case let error as TrainingError: training(error)
        case let error as CorpusError: "\(error)\(hint(error))"
        case let error as SearchError:
            if case .world = error { "\(error); install charchat anew" } else { "\(error)" }
        case let error as ServerError: "\(error)\(hint(error))"
        default: String(describing: error)
        }
    }

    private static func hint(_ error: ServerError) -> String {
        switch error {
        case .keyRequired: " (--api-key-file, or CHARCHAT_API_KEY)"
        case .listen: "; --port 0 takes a free port"
        case .weakKey, .port, .noThread, .resource: ""
        }
    }

    private static func session(_ error: SessionError) -> String {
        switch error {
        case .missing: "\(error); /sessions or 'charchat sessions list' shows them"
        case .noSessions: "\(error); start one with 'charchat'"
        case .inUse(let name):
            "session '\(name)' is open in another charchat; close it there, or go on in another session"
        case .otherModel: "\(error) with -m"
        case .notSaved: "this session is not saved; /save NAME saves it"
        case .transcript:
            "\(error): 'charchat replay' shows it, and in the sessions folder it is a session"
        default: "\(error)"
        }
    }

    private static func hint(_ error: StorageError) -> String {
        switch error {
        case .safetensors: "; use a file written by 'charchat train'"
        case .model: " ('charchat train')"
        case .system, .state, .tooLarge: ""
        }
    }

    private static func hint(_ error: TranscriptError) -> String {
        switch error {
        case .unknownEvent, .newerVersion: "; update charchat"
        case .brokenChain: "; 'charchat sessions repair' keeps what is whole"
        case .notTranscript(_, let line, _) where line > 1:
            "; 'charchat sessions repair' keeps what is whole"
        default: ""
        }
    }

    private static func hint(_ error: CorpusError) -> String {
        switch error {
        case .undecided(_, _, .speaker): " (--as NAME)"
        case .undecided(_, _, .columns): " (--columns 1,2)"
        case .undecided(_, _, .encoding), .invalidUTF8: " (--encoding)"
        default: ""
        }
    }

    private static func training(_ error: TrainingError) -> String {
        switch error {
        case .diverged: "\(error) (--learning-rate)"
        case .checkpoint: "\(error) without --resume"
        case .otherOptions(let chosen):
            "the checkpoint cannot be resumed: it was made with \(options(chosen)); give the same, or leave out --resume to begin anew"
        case .budgetTooSmall: "\(error) (--minutes)"
        case .options, .missingLibrary: "\(error)"
        }
    }

    /// Choices as options of `charchat train`.
    private static func options(_ chosen: [TrainingOptions.Chosen]) -> String {
        chosen.isEmpty
            ? "other options"
            : chosen.map { "--\($0.choice.rawValue.replacing(" ", with: "-")) \($0.value)" }
                .joined(separator: " ")
    }
}
