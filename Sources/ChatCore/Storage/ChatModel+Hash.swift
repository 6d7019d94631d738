import Crypto
import Foundation

extension ChatModel {
    /// Puts a model together and gives it its hash. Takes about 3 ms a megabyte of parameters.
    public init(
        network: LanguageModel, alphabet: Alphabet, format: CorpusFormat,
        training: TrainingRecord? = nil
    ) {
        self.init(
            network: network, alphabet: alphabet, format: format,
            hash: Self.hash(network: network, alphabet: alphabet, format: format),
            training: training)
    }

    /// SHA-256 over configuration, alphabet and format (JSON, sorted keys, a zero byte) and the
    /// parameters (32-bit floats, little-endian, in `ModelConfiguration.tensors`' order).
    static func hash(
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

/// JSON with the same bytes for the same value: sorted keys, no spaces, slashes as they are.
enum StableJSON {
    static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }
}

extension Array where Element == Float {
    /// The values' bytes, least significant first on every machine.
    func withLittleEndianBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        #if _endian(little)
            return try withUnsafeBytes(body)
        #else
            return try map { $0.bitPattern.littleEndian }.withUnsafeBytes(body)
        #endif
    }

    /// Values from bytes, least significant first; bytes after the last whole value are left out.
    init(littleEndianBytes bytes: UnsafeRawBufferPointer) {
        self.init(unsafeUninitializedCapacity: bytes.count / 4) { buffer, count in
            for i in 0..<bytes.count / 4 {
                let bits = bytes.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)
                buffer[i] = Float(bitPattern: UInt32(littleEndian: bits))
            }
            count = bytes.count / 4
        }
    }
}
