import ChatCore

/// What can be wrong with a search.
public enum SearchError: DescribedError, Sendable, Equatable {
    /// A query that breaks the rules; `place` is the character, counted from 1.
    case query(place: Int, problem: String)
    /// A query of marks only.
    case noWords
    /// A boolean query of more words than `limit`.
    case tooManyWords(limit: Int)
    /// The world that comes with charchat, in a form that cannot be read.
    case world(file: String, line: Int, problem: String)
    /// SQLite failed, and went on failing with a new index.
    case index(path: String, reason: String)
    /// Stopped while a damaged index was built anew.
    case stopped

    public var description: String {
        switch self {
        case .query(let place, let problem):
            "the query is wrong at character \(place): \(problem)"
        case .noWords: "the query has no word to look for; give a word, or several"
        case .tooManyWords(let limit):
            "the query joins more than \(limit) words with AND, OR and NOT; leave some out"
        case .world(let file, let line, let problem):
            "\(file): line \(line): \(problem)"
        case .index(let path, let reason):
            "the search index \(path) cannot be used: \(reason); delete it or free some space"
        case .stopped: "stopped before the index was ready"
        }
    }
}
