import ChatCore
import ChatEvaluation
import Foundation
import Testing

@Suite struct TextEvaluationTests {
    /// A model of the given letters; all zero it finds every symbol equally likely.
    private func model(random: Bool = false, format: CorpusFormat = .text) throws -> ChatModel {
        let alphabet = Alphabet(scalars: "abcdefg \n가나".unicodeScalars)
        let configuration = try ModelConfiguration(
            symbolCount: alphabet.count, embeddingSize: 4,
            layers: [LayerConfiguration(cell: .lstm, hiddenSize: 8)])
        var parameters = Parameters(layout: ParameterLayout(configuration))
        var stream = RandomStream(seed: 5)
        if random {
            for i in parameters.values.indices {
                parameters.values[i] = Float(stream.uniform() - 0.5)
            }
        }
        return try ChatModel(
            network: LanguageModel(configuration: configuration, parameters: parameters),
            alphabet: alphabet, format: format)
    }

    @Test func aModelThatKnowsNothingLosesTheLogOfItsAlphabet() throws {
        let model = try model()
        let evaluation = try #require(TextEvaluation(text: "abc abc\n", model: model))
        let nats = log(Double(model.alphabet.count))
        #expect(evaluation.characters == 8)
        #expect(abs(evaluation.natsPerCharacter - nats) < 1e-12)
        #expect(abs(evaluation.perplexity - Double(model.alphabet.count)) < 1e-9)
        #expect(abs(evaluation.bitsPerCharacter - nats / log(2)) < 1e-12)
    }

    @Test func aSyllableCostsItsLettersAndCountsAsOneCharacter() throws {
        let model = try model()
        let evaluation = try #require(TextEvaluation(text: "가나", model: model))
        #expect(evaluation.characters == 2)
        let nats = 2 * log(Double(model.alphabet.count))
        #expect(abs(evaluation.natsPerCharacter - nats) < 1e-12)
        // However the text spells it.
        let decomposed = "가나".decomposedStringWithCanonicalMapping
        #expect(TextEvaluation(text: decomposed, model: model) == evaluation)
    }

    @Test func theStateIsCarriedAcrossThePiecesOfALargeFile() throws {
        let model = try model(random: true)
        let text = String(repeating: "abc 가나 gfe\n", count: 8_000)
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: url) }
        try Data(text.utf8).write(to: url)
        let whole = try #require(TextEvaluation(text: text, model: model))
        let pieces = try #require(try TextEvaluation(file: url, model: model))
        #expect(whole.characters == text.unicodeScalars.count)
        #expect(pieces == whole)
        #expect(try TextEvaluation(file: url, model: model) { _ in false } == nil)
    }

    @Test func anEmptyTextIsNothingToEvaluate() throws {
        #expect(TextEvaluation(text: "", model: try model()) == nil)
    }

    @Test func aFileThatCannotBeReadIsAnError() throws {
        let model = try model()
        let folder = FileManager.default.temporaryDirectory
        #expect(throws: CorpusError.directory(file: folder.path)) {
            try TextEvaluation(file: folder, model: model)
        }
        let url = folder.appendingPathComponent(UUID().uuidString)
        #expect(throws: CorpusError.missing(file: url.path)) {
            try TextEvaluation(file: url, model: model)
        }
        defer { try? FileManager.default.removeItem(at: url) }
        try Data().write(to: url)
        #expect(throws: CorpusError.empty(file: url.path)) {
            try TextEvaluation(file: url, model: model)
        }
        try (Data("가\n".utf8) + Data([0xC3, 0x28])).write(to: url)
        #expect(
            throws: CorpusError.invalidUTF8(
                file: url.path, byteOffset: 4,
                guess: nil)
        ) { try TextEvaluation(file: url, model: model) }
    }

    @Test("a file is read as training reads it: no byte order mark, CRLF as a line feed")
    func filesOfOtherSystems() throws {
        let model = try model(random: true)
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: url) }
        try Data("\u{FEFF}one\r\ntwo\r\n".utf8).write(to: url)
        #expect(
            try TextEvaluation(file: url, model: model)
                == TextEvaluation(text: "one\ntwo\n", model: model))
    }

    @Test func theJSONHasTheContractsKeys() throws {
        let evaluation = try #require(TextEvaluation(text: "abc", model: try model()))
        let object = try JSONSerialization.jsonObject(with: Data(try evaluation.json.utf8))
        let values = try #require(object as? [String: Any])
        let contract: Set = [
            "characters", "nats_per_character", "bits_per_character", "perplexity",
        ]
        #expect(contract.isSubset(of: values.keys))
        let nats = try #require(values["nats_per_character"] as? Double)
        #expect(abs(nats - evaluation.natsPerCharacter) < 1e-9)
        #expect((values["reliability"] as? [Any])?.count == Calibration.binCount)
    }

    @Test(arguments: [CorpusFormat.text, .dialogue])
    func aSampleHasTheCharactersAskedForAndDependsOnItsSeedAlone(format: CorpusFormat) throws {
        let sampler = TextSampler(model: try model(random: true, format: format))
        func sample(_ count: Int, seed: UInt64) -> String {
            var random = RandomStream(seed: seed)
            var text = ""
            sampler.write(count, after: "abc", settings: .text, random: &random) {
                text += $0
                return true
            }
            return text
        }
        #expect(sample(0, seed: 1) == "")
        #expect(sample(200, seed: 1) == sample(200, seed: 1))
        #expect(sample(200, seed: 1) != sample(200, seed: 2))
        if format == .text { #expect(sample(200, seed: 1).unicodeScalars.count == 200) }
    }

    @Test func aSampleStopsWhenTold() throws {
        let sampler = TextSampler(model: try model(random: true))
        var random = RandomStream(seed: 1)
        var pieces = 0
        sampler.write(1000, after: "", settings: .text, random: &random) { _ in
            pieces += 1
            return pieces < 3
        }
        #expect(pieces == 3)
    }
}
