import Foundation

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
