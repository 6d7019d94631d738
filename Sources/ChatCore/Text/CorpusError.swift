/// What can be wrong with a corpus: which file, where in it, and what to do.
public enum CorpusError: DescribedError, Sendable, Equatable {
    /// No file was named.
    case noFiles
    /// There is no such file.
    case missing(file: String)
    /// A folder where a file was wanted.
    case directory(file: String)
    /// A pipe, a device or the like.
    case notAFile(file: String)
    /// The system cannot read it; `reason` is the system's.
    case unreadable(file: String, reason: String)
    /// A format that is recognised but not supported; `hint` says what to do.
    case unsupported(file: String, hint: String)
    /// It holds no text.
    case empty(file: String)
    /// It holds one character, over and over.
    case singleCharacter(file: String)
    /// A file that is not UTF-8, and where the first wrong byte is; `guess` is the encoding that it looks like,
    /// as `CorpusOptions` takes it, or nil.
    case invalidUTF8(file: String, byteOffset: Int, guess: String?)
    /// A line, counted from 1, that does not fit the format of its file.
    case line(file: String, line: Int, problem: String)
    /// The file as a whole does not have the format that it was taken for.
    case form(file: String, problem: String)
    /// Something that the file does not tell and the user has to.
    case undecided(file: String, problem: String, Choice)
    /// A file of plain text beside one of dialogues.
    case mixedFormats(text: String, dialogue: String)
    /// A file of dialogues in which nobody answers anybody.
    case noDialogues(file: String)
    /// It changed between two readings.
    case changed(file: String)
    /// A cache of an encoded corpus that is damaged or cannot be written.
    case cache(file: String, reason: String)
    /// Fewer symbols than one training window needs.
    case tooSmall(symbols: Int, needed: Int)
    /// A saved place in a corpus that does not fit it; in words.
    case position(String)

    /// What the user can say about a file, in `CorpusOptions`.
    public enum Choice: Sendable, Equatable {
        /// Whom of those who speak in it the model learns to be.
        case speaker
        /// Which columns of a table hold questions and answers.
        case columns
        /// What encoding it is in, and which it looks like.
        case encoding(guess: String?)
    }

    public var description: String {
        switch self {
        case .noFiles: "no corpus was given; name at least one file"
        case .missing(let file): "\(file): there is no such file; check the name"
        case .directory(let file):
            "\(file): is a folder; name the files in it, or give a folder of lessons alone"
        case .notAFile(let file):
            "\(file): is not a regular file; save its text to one and name that"
        case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
        case .unsupported(let file, let hint): "\(file): is not a form of corpus: \(hint)"
        case .empty(let file): "\(file): holds no text; give a file with some"
        case .singleCharacter(let file):
            "\(file): holds nothing but one character; there is nothing to learn from it"
        case .invalidUTF8(let file, let offset, let guess):
            "\(file): is not UTF-8 at byte offset \(offset); \(EncodingGuess.advice(guess))"
        case .line(let file, let line, let problem): "\(file): line \(line): \(problem)"
        case .form(let file, let problem), .undecided(let file, let problem, _):
            "\(file): \(problem)"
        case .mixedFormats(let text, let dialogue):
            "\(text) is plain text and \(dialogue) holds dialogues; train on one kind at a time"
        case .noDialogues(let file):
            "\(file): holds no exchange of a user's message and a reply"
        case .changed(let file): "\(file): changed while it was read; try again"
        case .cache(let file, let reason):
            "\(file): the cache of a corpus cannot be used: \(reason)"
        case .tooSmall(let symbols, let needed):
            "the corpus is too small: \(symbols) symbols where one window needs \(needed); give more text or a shorter window"
        case .position(let problem):
            "the saved place in the corpus does not fit: \(problem)"
        }
    }
}
