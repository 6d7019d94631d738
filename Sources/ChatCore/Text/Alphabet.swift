/// One unit of text to the model: an index into an `Alphabet`.
public typealias Symbol = UInt16

/// Placeholder until the text room lands.
public struct Alphabet: Sendable, Equatable, Codable {
    public var count: Int { 0 }
}
public enum CorpusFormat: String, Sendable, Codable { case text, dialogue }
