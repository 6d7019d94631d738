/// What a model file holds and a conversation needs: the network, its alphabet, the kind of text it
/// learned, and the hash that names it in transcripts.
public struct ChatModel: Sendable {
    /// Shapes and values.
    public let network: LanguageModel
    /// How text becomes the network's symbols: it has as many as the network has logits.
    public let alphabet: Alphabet
    /// What it learned: running text, or dialogues with marked turns.
    public let format: CorpusFormat
    /// Lower-case hexadecimal SHA-256 over configuration, alphabet, format and parameter bytes.
    public let hash: String
    /// How it was trained; nil for a model built by hand.
    public let training: TrainingRecord?
    /// How sure its replies are to be taken; nil where that was never measured.
    public let certainty: CertaintyCurve?
    /// What can be said to it; nil where that was not written down.
    public let topics: ModelTopics?
}
