/// What can be wrong with a transcript. No message quotes what was said.
public enum TranscriptError: DescribedError, Sendable, Equatable {
    /// A line that no transcript can have; `what` says why, without quoting it.
    case notTranscript(path: String, line: Int, what: String)
    /// It is empty: the process that made it died before its first line was complete.
    case empty(path: String)
    /// The line does not follow the one before it: the file was edited.
    case brokenChain(path: String, line: Int)
    /// An event that this version does not know.
    case unknownEvent(path: String, line: Int, name: String)
    /// A version of the format newer than any that this version reads.
    case newerVersion(path: String, version: Int)

    public var description: String {
        switch self {
        case .notTranscript(let path, 1, let what):
            "\(path) is not a transcript that can be read: line 1: \(what); give the file of a saved session"
        case .notTranscript(let path, let line, let what):
            "\(path) is not a transcript that can be read: line \(line): \(what)"
        case .empty(let path):
            "\(path) is an empty transcript; nothing was said in it, so it can be deleted"
        case .brokenChain(let path, let line):
            "\(path) was changed after it was written: line \(line) does not follow line \(line - 1); restore it from a copy"
        case .unknownEvent(let path, let line, let name):
            "\(path), line \(line): the event \(quoted(name)) is not known here; a newer program may know it"
        case .newerVersion(let path, let version):
            "\(path) has transcript version \(version), versions up to \(TranscriptLine.version) can be read; take a newer program"
        }
    }

    /// Gives a problem in a line its place.
    init(_ problem: any Error, path: String, line: Int) {
        switch problem {
        case let error as TranscriptError: self = error
        case TranscriptLine.Problem.newerVersion(let version):
            self = .newerVersion(path: path, version: version)
        case TranscriptLine.Problem.unknownEvent(let name):
            self = .unknownEvent(path: path, line: line, name: name)
        case TranscriptLine.Problem.malformed(let what):
            self = .notTranscript(path: path, line: line, what: what)
        case let impossible as ImpossibleEvent:
            self = .notTranscript(path: path, line: line, what: impossible.what)
        default: self = .notTranscript(path: path, line: line, what: "it cannot be read")
        }
    }
}
