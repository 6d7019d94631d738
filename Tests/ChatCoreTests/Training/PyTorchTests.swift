import ChatCore
import ChatTraining
import Foundation
import Testing

/// A small model with PyTorch's random values; written by `benchmarks/pytorch_fixture.py`.
private struct Fixture: Decodable {
    var cell: CellKind
    var symbolCount: Int
    var embedding: Int
    var hidden: Int
    var layers: Int
    var parameters: [String: [Float]]

    enum CodingKeys: String, CodingKey {
        case cell, embedding, hidden, layers, parameters
        case symbolCount = "symbol_count"
    }

    func network() throws -> LanguageModel {
        let configuration = try ModelConfiguration(
            symbolCount: symbolCount, embeddingSize: embedding,
            layers: Array(
                repeating: LayerConfiguration(cell: cell, hiddenSize: hidden), count: layers))
        var values = Parameters(layout: ParameterLayout(configuration))
        for tensor in values.layout.tensors {
            let range = try #require(values.layout.range(of: tensor.name))
            try values.values.replaceSubrange(range, with: #require(parameters[tensor.name]))
        }
        return LanguageModel(configuration: configuration, parameters: values)
    }
}

@Suite struct PyTorchTests {
    @Test("logits, loss and gradients are PyTorch's", arguments: ["lstm", "gru"])
    func agrees(cell: String) throws {
        let url = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/pytorch-\(cell).json")
        let data = try Data(contentsOf: url)
        let expected = try JSONDecoder().decode(ReferenceNumbers.self, from: data)
        let network = try JSONDecoder().decode(Fixture.self, from: data).network()
        let found = try ReferenceNumbers(
            network, symbols: expected.symbols.map { Symbol($0) })

        for (ours, theirs) in zip(found.logits.joined(), expected.logits.joined()) {
            #expect(abs(ours - theirs) < 1e-4)
        }
        #expect(abs(found.loss - expected.loss) < 1e-5)
        #expect(found.gradients.keys.sorted() == expected.gradients.keys.sorted())
        for (name, theirs) in expected.gradients {
            let ours = try #require(found.gradients[name])
            try #require(ours.count == theirs.count)
            let largest = theirs.map(abs).max() ?? 0
            let difference = zip(ours, theirs).map { abs($0 - $1) }.max() ?? 0
            #expect(difference < 1e-3 * largest, "\(name): \(difference) of \(largest)")
        }
    }
}
