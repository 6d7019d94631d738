import ChatCore
import ChatSearch
import Hummingbird

/// What the libraries throw, as errors that a client is told.
enum Refusals {
    static func refusal(_ error: any Error) -> RequestError {
        switch error {
        case let error as RequestError: error
        case let error as SessionError: session(error)
        case is TranscriptError: .conflict("\(error)")
        case is ReplayError: .conflict("\(error)")
        case is SamplingError: .invalid("\(error)")
        case is SearchError: .invalid("\(error)", parameter: "query")
        case is StorageError: .failed("a file cannot be read or written")
        case is CancellationError: .timeOver
        case let error as HTTPError where error.status == .notFound: .noRoute
        case let error as HTTPError where error.status == .methodNotAllowed: .wrongMethod
        case let error as HTTPError:
            RequestError(status: error.status, message: error.body ?? "\(error.status)")
        default: .failed("something went wrong here")
        }
    }

    private static func session(_ error: SessionError) -> RequestError {
        switch error {
        case .missing(let name, _): .missing("session", name)
        case .name(let name, _): .missing("session", name)
        case .inUse: .conflict("the session is open in another program; close it there")
        case .otherModel: .conflict("the session speaks with another model")
        case .tooLong: .invalid("\(error)", parameter: "input", code: "context_length_exceeded")
        case .lengthLimit: .invalid("\(error)", parameter: "max_tokens")
        default: .conflict("\(error)")
        }
    }
}
