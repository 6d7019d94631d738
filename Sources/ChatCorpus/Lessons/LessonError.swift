import ChatCore

/// What can be wrong with a folder of lessons. Every case names the file and, where there is one, the line.
public enum LessonError: DescribedError, Sendable, Equatable {
    /// The folder cannot be read, or holds no lesson.
    case folder(path: String, problem: String)
    /// One line of one file cannot be used.
    case line(file: String, line: Int, problem: String)

    public var description: String {
        switch self {
        case .folder(let path, let problem): "\(path): \(problem)"
        case .line(let file, let line, let problem): "\(file), line \(line): \(problem)"
        }
    }
}

/// A problem in one piece of text, before the file and line are known.
struct LessonProblem: Error {
    let text: String
    init(_ text: String) { self.text = text }
}
