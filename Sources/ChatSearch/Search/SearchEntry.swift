/// One thing that search can find.
public struct SearchEntry: Sendable, Equatable {
    /// A question, or a line or paragraph of a text.
    public var text: String
    /// What the question's answer is; nil in a plain text.
    public var answer: String?
    /// Other names of what the entry is about, apart by spaces: `Korea` for South Korea.
    public var names: String
    /// Other words in which people ask the same.
    public var wording: String
    /// The file it comes from, without its folder.
    public var file: String
    /// The line, from 1; 0 where lines have no meaning.
    public var line: Int

    /// An entry; only `text` is needed.
    public init(
        text: String, answer: String? = nil, names: String = "", wording: String = "",
        file: String = "", line: Int = 0
    ) {
        self.text = text
        self.answer = answer
        self.names = names
        self.wording = wording
        self.file = file
        self.line = line
    }

    /// Everything that is searched, by column of the index.
    var columns: [String] { [text, answer ?? "", names, wording] }
}

/// An entry that was found.
public struct SearchHit: Sendable, Equatable {
    /// What was found.
    public var entry: SearchEntry
    /// BM25, raised where more of the question's words match; higher is better. 0 where the words are
    /// too common to rank by.
    public var score: Double
    /// The query's words that stand in the entry, as they were typed.
    public var matched: [String]
    /// The query's words that do not.
    public var missing: [String]
    /// Those of `matched` that stand only where they are not shown: in another name of what the entry is
    /// about, or in another wording of its question.
    public var elsewhere: [String]
    /// Share of the query's weight (rare words weigh most) that the entry matches, 0 to 1.
    public var coverage: Double
    /// The part of the text around what matched, cut into pieces that match and pieces that do not.
    public var snippet: [SearchSnippet.Piece]
}

/// What a search gave.
public struct SearchResult: Sendable, Equatable {
    /// Best first.
    public var hits: [SearchHit]
    /// False where every word is so common that the first entries are shown as they stand.
    public var isRanked: Bool
}
