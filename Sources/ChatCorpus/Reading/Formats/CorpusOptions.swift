import ChatCore

/// How the files of a corpus are read, where what is in them does not say it.
public struct CorpusOptions: Sendable, Equatable {
    /// Whose messages of a chat are the replies: the one that the model learns to be.
    public var speaker: String?
    /// The columns of a table that hold the question and the answer: names, or numbers from 1.
    public var columns: [String] = []
    /// Whether system messages are kept, in front of what the user says next.
    public var keepsSystem = false
    /// The name of the encoding of files that are not UTF-8, as iconv knows it.
    public var encoding: String?
    /// Whether every file is plain text, whatever it looks like.
    public var isPlain = false
    /// What is taken out before anything is learned.
    public var redaction: Redaction?
    /// Whether the spaces of plain text are taken out (`SpacelessLine`), so that words run into each other.
    public var removesSpaces = false

    /// Whether a chat needs somebody whose messages are the replies; a search does not.
    package var needsSpeaker = true

    /// What is in the files decides everything.
    public init() {}

    /// Tells apart what would be read otherwise; empty for the usual options.
    var fingerprint: String {
        self == CorpusOptions()
            ? ""
            : "\(speaker ?? "")\u{0}\(columns)\u{0}\(keepsSystem)\u{0}\(encoding ?? "")\u{0}\(isPlain)\u{0}\(redaction?.fingerprint ?? "")\(removesSpaces ? "\u{0}without spaces" : "")"
    }
}
