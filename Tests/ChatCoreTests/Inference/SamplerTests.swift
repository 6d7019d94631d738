import ChatCore
import ChatEvaluation
import Testing

@Suite("The sampler")
struct SamplerTests {
    private func draws(
        _ logits: [Float], _ settings: SamplingSettings, count: Int = 20_000,
        masked: (Symbol) -> Bool = { _ in false }
    ) -> [Int] {
        var random = RandomStream(seed: 3)
        var counts = [Int](repeating: 0, count: logits.count)
        for _ in 0..<count {
            counts[
                Int(
                    Sampler.choose(
                        logits: logits, settings: settings, random: &random, masked: masked))] += 1
        }
        return counts
    }

    @Test("a conversation is drawn more sharply than free text, and both settings are valid")
    func usual() throws {
        #expect(SamplingSettings.usual(for: .dialogue) == .dialogue)
        #expect(SamplingSettings.usual(for: .text) == .text)
        #expect(SamplingSettings.dialogue.temperature < SamplingSettings.text.temperature)
        for settings in [SamplingSettings.dialogue, .text, .greedy] { try settings.validate() }
    }

    @Test("temperature 0 takes the likeliest, ties by lower number, and draws nothing")
    func greedy() {
        var random = RandomStream(seed: 1)
        let before = random
        #expect(Sampler.choose(logits: [1, 3, 3, 2], settings: .greedy, random: &random) == 1)
        #expect(random == before)
        #expect(
            Sampler.choose(
                logits: [1, 3, .nan, 2], settings: .greedy, random: &random, masked: { $0 == 1 })
                == 3)
    }

    @Test("frequencies follow the odds")
    func odds() {
        // Odds 1 : 2 : 4.
        let counts = draws([0, 0.6931472, 1.3862944], SamplingSettings(temperature: 1, topP: 1))
        for (count, share) in zip(counts, [1.0 / 7, 2.0 / 7, 4.0 / 7]) {
            #expect(abs(Double(count) / 20_000 - share) < 0.015)
        }
        let sharp = draws([0, 0.6931472, 1.3862944], SamplingSettings(temperature: 0.5, topP: 1))
        #expect(abs(Double(sharp[2]) / 20_000 - 16.0 / 21) < 0.015)
    }

    @Test("top-p keeps the likeliest that together hold the share")
    func topP() {
        let logits: [Float] = [1.3862944, 0, 0.6931472, 0]  // 4 : 1 : 2 : 1
        #expect(draws(logits, .init(temperature: 1, topP: 0.5)).filter { $0 > 0 }.count == 1)
        let two = draws(logits, .init(temperature: 1, topP: 0.75))
        #expect(two[1] == 0 && two[3] == 0 && two[2] > 0)
        let three = draws(logits, .init(temperature: 1, topP: 0.8))
        #expect(three[1] > 0 && three[3] == 0)
    }

    @Test("huge weights overflow to odd logits and never trap", arguments: TinyModels.names)
    func hugeWeights(_ name: String) throws {
        var model = try TinyModels.model(name)
        for i in model.parameters.values.indices {
            model.parameters.values[i] = model.parameters.values[i] < 0 ? -3e38 : 3e38
        }
        let engine = StepEngine(model)
        var state = model.freshState
        var logits: [Float] = []
        var random = RandomStream(seed: 1)
        var symbol: Symbol = 1
        for _ in 0..<5 {
            engine.step(symbol, state: &state, logits: &logits)
            symbol = Sampler.choose(logits: logits, settings: .text, random: &random)
            #expect(Int(symbol) < logits.count)
        }
        var calibration = Calibration()
        for confidence in Surprisal.probabilities(logits) + [.nan, .infinity] {
            calibration.add(confidence: confidence, isRight: false)
        }
        #expect(calibration.count == logits.count + 2)
        #expect(calibration.expectedError.isFinite)
    }

    @Test("masked symbols never come, and odd logits never trap")
    func masksAndEdges() {
        let counts = draws([5, 0, 0], .init(temperature: 1, topP: 1), masked: { $0 == 0 })
        #expect(counts[0] == 0 && counts[1] > 0)
        var random = RandomStream(seed: 1)
        for logits: [Float] in [
            [.nan, .nan], [.infinity, 0], [-.infinity, -.infinity], [1e38, -1e38],
        ] {
            for temperature in [0, 1e-300, 1, 10] {
                let symbol = Sampler.choose(
                    logits: logits, settings: .init(temperature: temperature, topP: 0.9),
                    random: &random)
                #expect(symbol < 2)
            }
        }
    }
}
