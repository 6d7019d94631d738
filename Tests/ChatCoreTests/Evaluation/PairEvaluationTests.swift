import ChatCore
import ChatCorpus
import ChatEvaluation
import ChatTraining
import Foundation
import Testing

/// A few pairs trained until they are known: asked, scored and sampled.
@Suite struct PairEvaluationTests {
    private static let table = "hi\thello\nbye\tsee you\nred?\tblue\none?\ttwo\n"

    private func trained(_ folder: TemporaryFolder) throws -> (URL, ChatModel) {
        let file = try folder.write("pairs.tsv", Self.table)
        let data = try TrainingData(try EncodedCorpus.open(files: [file]), validation: nil)
        var options = Preset.options(cell: .gru, format: .dialogue)
        options.budget = .steps(250)
        options.batchSize = 4
        options.windowLength = 64
        let configuration = try Preset.tiny.configuration(
            cell: .gru, symbolCount: data.alphabet.count, hiddenSize: 48)
        let outcome = try Trainer(configuration, data: data, options: options).run { _ in true }
        return (
            file, try ChatModel(network: outcome.model, alphabet: data.alphabet, format: .dialogue)
        )
    }

    @Test func pairsAreLearnedAloneAndInOneChatAndSampledAsTurns() throws {
        let folder = try TemporaryFolder()
        let (file, model) = try trained(folder)
        let evaluation = try #require(try PairEvaluation(file: file, model: model))
        #expect(evaluation.alone.right == 4 && evaluation.inChat.right == 4, "\(evaluation)")
        let few = try #require(try PairEvaluation(file: file, model: model, limit: 2))
        #expect(few.alone.of == 2)

        let other = try folder.write("other.tsv", "hi\tgood day\n")
        let failed = try #require(try PairEvaluation(file: other, model: model))
        #expect(failed.failures.map(\.reply) == ["hello", "hello"])

        var lines: [String] = []
        let loss = try #require(
            try TextEvaluation(file: file, model: model, onLine: { lines.append($0.text) }))
        #expect(lines == ["hi\thello", "bye\tsee you", "red?\tblue", "one?\ttwo"])
        #expect(loss.characters == 6 + 8 + 5 + 4)
        #expect(loss.natsPerCharacter < 0.2)

        var sample = ""
        var random = RandomStream(seed: 1)
        TextSampler(model: model).write(60, after: "hi", settings: .greedy, random: &random) {
            sample += $0
            return true
        }
        let turns = sample.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(turns[0] == "" && turns[1] == "hello", "\(sample)")
        #expect(turns.count > 4)
        // Replies and what the user says take turns to the end.
        for (index, turn) in turns.dropFirst().enumerated() {
            #expect(turn.hasPrefix(">>> ") == (index % 2 == 1), "\(sample)")
        }
    }
}
