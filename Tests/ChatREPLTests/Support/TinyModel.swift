import ChatCore
import Foundation
import Testing

/// Small models made on the spot: they talk nonsense, but always the same nonsense.
enum TinyModel {
    /// A model with random values.
    /// - Parameters:
    ///   - hiddenSize: 24 answers at once; 1,024 is slow enough to be interrupted.
    ///   - ends: whether replies end by themselves before the length limit.
    static func make(
        hiddenSize: Int = 24, ends: Bool = true, format: CorpusFormat = .dialogue, seed: UInt64 = 1
    ) throws -> ChatModel {
        let alphabet = Alphabet(scalars: "abcdefghijklmnopqrstuvwxyz .,?!\n가나다라마".unicodeScalars)
        let configuration = try ModelConfiguration(
            symbolCount: alphabet.count, embeddingSize: 16,
            layers: [LayerConfiguration(cell: .gru, hiddenSize: hiddenSize)])
        var parameters = Parameters(layout: ParameterLayout(configuration))
        var random = RandomStream(seed: seed)
        for i in parameters.values.indices {
            parameters.values[i] = Float(random.uniform() - 0.5) * (hiddenSize > 100 ? 0.1 : 1)
        }
        let bias = try #require(parameters.layout.range(of: "decoder.bias"))
        // Bytes spelled at random are no text; the end comes after some twenty characters or never.
        for symbol in 3..<19 { parameters.values[bias.lowerBound + symbol] = -30 }
        let endBias: Float = ends ? 0.5 : -30
        for mark in 0..<3 { parameters.values[bias.lowerBound + mark] = endBias }
        return try ChatModel(
            network: LanguageModel(configuration: configuration, parameters: parameters),
            alphabet: alphabet, format: format)
    }

    /// A model of plain text whose values are all numbers, and whose losses are none: they are too large to
    /// add up.
    static func makeUnusable() throws -> ChatModel {
        let model = try make(format: .text)
        var network = model.network
        let weights = try #require(network.parameters.layout.range(of: "decoder.weight"))
        for (index, place) in weights.enumerated() {
            let isEven = index / 24 % 2 == 0
            network.parameters.values[place] =
                isEven ? .greatestFiniteMagnitude : -.greatestFiniteMagnitude
        }
        return try ChatModel(network: network, alphabet: model.alphabet, format: .text)
    }

    /// A model in a file.
    static func save(_ model: ChatModel, in folder: URL, as name: String = "tiny") throws -> URL {
        let url = folder.appendingPathComponent("\(name).safetensors")
        try ModelFile.save(model, to: url)
        return url
    }
}

/// A folder of a test's own, gone with it.
final class TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("charchat-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}
