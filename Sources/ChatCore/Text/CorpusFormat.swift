/// The two kinds of text a model learns: running text, or conversations with marked turns.
public enum CorpusFormat: String, Sendable, Codable {
    /// Running text.
    case text
    /// Conversations of a user and an assistant, whose turns end with a mark.
    case dialogue
}
