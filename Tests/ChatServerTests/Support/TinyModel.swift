import ChatCore
import Foundation
import Testing

/// Small models made on the spot: they talk nonsense, but always the same nonsense.
enum TinyModel {
    /// - Parameters:
    ///   - hiddenSize: 24 answers at once; 1,024 is slow enough to be interrupted.
    ///   - ends: whether replies end by themselves before the length limit.
    static func make(
        hiddenSize: Int = 24, ends: Bool = true, pointerHead: PointerHeadConfiguration? = nil
    ) throws -> ChatModel {
        let alphabet = Alphabet(scalars: "abcdefghijklmnopqrstuvwxyz .,?!\n가나다라마".unicodeScalars)
        let configuration = try ModelConfiguration(
            symbolCount: alphabet.count, embeddingSize: 16,
            layers: [LayerConfiguration(cell: .gru, hiddenSize: hiddenSize)],
            pointerHead: pointerHead)
        var parameters = Parameters(layout: ParameterLayout(configuration))
        var random = RandomStream(seed: 1)
        for i in parameters.values.indices {
            parameters.values[i] = Float(random.uniform() - 0.5) * (hiddenSize > 100 ? 0.1 : 1)
        }
        let bias = try #require(parameters.layout.range(of: "decoder.bias"))
        // Bytes spelled at random are no text; the end comes after some twenty characters or never.
        for symbol in 3..<19 { parameters.values[bias.lowerBound + symbol] = -30 }
        for mark in 0..<3 { parameters.values[bias.lowerBound + mark] = ends ? 0.5 : -30 }
        return try ChatModel(
            network: LanguageModel(configuration: configuration, parameters: parameters),
            alphabet: alphabet, format: .dialogue)
    }
}
