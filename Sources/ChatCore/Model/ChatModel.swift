/// What a model file holds and a conversation needs: the network, its alphabet, the kind of text it
/// learned, and the hash that names it in transcripts.
public struct ChatModel: Sendable {
    public let network: LanguageModel
    public let alphabet: Alphabet
    public let format: CorpusFormat
    /// Lower-case hexadecimal SHA-256 over configuration, alphabet, format and parameter bytes.
    public let hash: String
    /// How it was trained; nil for a model built by hand.
    public let training: TrainingRecord?
    /// How sure its replies are to be taken; nil where that was never measured.
    public let certainty: CertaintyCurve?
}
