/// The two kinds of text a model learns: running text, or conversations with marked turns.
public enum CorpusFormat: String, Sendable, Codable { case text, dialogue }
