import Foundation

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

extension ChatModel {
    /// Puts a model together and gives it its hash. Takes about 3 ms a megabyte of parameters.
    /// - Throws: `ModelError.alphabet` when the alphabet has not as many symbols as the network.
    public init(
        network: LanguageModel, alphabet: Alphabet, format: CorpusFormat,
        training: TrainingRecord? = nil, certainty: CertaintyCurve? = nil,
        topics: ModelTopics? = nil
    ) throws {
        guard alphabet.count == network.configuration.symbolCount else {
            throw ModelError.alphabet(
                symbols: alphabet.count, expected: network.configuration.symbolCount)
        }
        self.init(
            network: network, alphabet: alphabet, format: format,
            hash: Self.hash(network: network, alphabet: alphabet, format: format),
            training: training, certainty: certainty, topics: topics)
    }

    /// The same model with a certainty curve of its own, or without one.
    public func with(_ certainty: CertaintyCurve?) -> ChatModel {
        ChatModel(
            network: network, alphabet: alphabet, format: format, hash: hash, training: training,
            certainty: certainty, topics: topics)
    }

    /// The same model with other topics.
    public func with(_ topics: ModelTopics) -> ChatModel {
        ChatModel(
            network: network, alphabet: alphabet, format: format, hash: hash, training: training,
            certainty: certainty, topics: topics)
    }

    /// SHA-256 over configuration, alphabet and format (JSON, sorted keys, a zero byte) and the
    /// parameters (32-bit floats, little-endian, in `ModelConfiguration.tensors`' order).
    package static func hash(
        network: LanguageModel, alphabet: Alphabet, format: CorpusFormat
    ) -> String {
        var hasher = SHA256()
        let identity = ModelIdentity(
            architecture: network.configuration, alphabet: alphabet, corpusFormat: format)
        hasher.update(data: (try? StableJSON.encode(identity)) ?? Data())
        hasher.update(data: [0])
        network.parameters.values.withLittleEndianBytes { hasher.update(bufferPointer: $0) }
        return hasher.finalize().hexadecimal
    }
}

/// What tells one model from another beside its values.
private struct ModelIdentity: Encodable {
    let architecture: ModelConfiguration
    let alphabet: Alphabet
    let corpusFormat: CorpusFormat
}
