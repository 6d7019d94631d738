import ChatCore
import ChatEvaluation
import Foundation
import Testing

@Suite("What a session is worth, in bits")
struct SessionWorthTests {
    private let turns = [
        ("My name is Ada.", "Hello, Ada!"), ("가나다", "라마바"), ("Who am I?", "You are Ada."),
    ].enumerated().map { index, said in
        Turn(
            number: index + 1, user: said.0, reply: said.1, finishReason: .complete,
            origin: .generated,
            startsFresh: false)
    }

    @Test("the first turn is worth nothing, and a session without memory is worth nothing at all")
    func nothing() throws {
        let generator = try TinyModel.generator()
        let fresh = generator.freshState
        let worth = try #require(
            SessionWorth(turns, from: fresh, control: fresh, generator: generator))
        #expect(worth.exchanges[0].userPart.worth == 0)
        #expect(worth.exchanges[0].replyPart.worth == 0)
        #expect(worth.exchanges[2].replyPart.worth != 0)
        #expect(worth.exchanges.allSatisfy { $0.replyPart.controlWorth == 0 })
        #expect(
            abs(
                worth.total.worth
                    - worth.exchanges.reduce(0) {
                        $0 + $1.userPart.worth + $1.replyPart.worth
                    }) < 1e-9)
    }

    @Test("the control is the same text under the other state; a cleared context starts afresh")
    func control() throws {
        let generator = try TinyModel.generator(cell: .gatedDelta)
        var other = generator.freshState
        generator.read(user: "something", reply: "else", state: &other)
        let worth = try #require(
            SessionWorth(turns, from: other, control: other, generator: generator))
        #expect(worth.exchanges[0].replyPart.session == worth.exchanges[0].replyPart.control)
        var cleared = turns
        cleared[1] = Turn(
            number: 2, user: turns[1].user, reply: turns[1].reply, finishReason: .complete,
            origin: .generated, startsFresh: true)
        let again = try #require(
            SessionWorth(
                cleared, from: generator.freshState, control: other, generator: generator))
        #expect(again.exchanges[1].userPart.worth == 0 && again.exchanges[1].replyPart.worth == 0)
        #expect(
            SessionWorth(
                turns, from: other, control: other, generator: generator, shouldContinue: { false })
                == nil)
    }

    @Test(
        "bits of a reply are the sum of its characters' and of its end's", arguments: [true, false])
    func characters(isDialogue: Bool) throws {
        let generator = try TinyModel.generator(format: isDialogue ? .dialogue : .text)
        let fresh = generator.freshState
        var state = fresh
        let reply = "Hello, 가나 각 日本!"
        let bits = Surprisal.exchange(
            user: "abc", reply: reply, state: &state, generator: generator)
        let characters = Surprisal.characters(
            of: reply, to: "abc", state: fresh, generator: generator)
        #expect(characters.map(\.character).joined() == reply)
        #expect(characters.allSatisfy { $0.bits >= 0 && $0.bits.isFinite })
        #expect(characters.reduce(0) { $0 + $1.bits } < bits.reply)
        var read = fresh
        generator.read(user: "abc", reply: reply, state: &read)
        #expect(state == read)
    }

    @Test("leaving a turn out changes a reply; what a clear has cut off does not")
    func memory() throws {
        let generator = try TinyModel.generator(cell: .gatedDelta)
        let memory = try #require(
            SessionMemory(
                turns, from: generator.freshState, question: "Who?", reply: "Ada",
                generator: generator))
        #expect(memory.traces.map(\.number) == [1, 2, 3])
        #expect(memory.traces.allSatisfy { $0.bits >= 0 && $0.bits.isFinite })
        #expect(memory.traces.contains { $0.bits > 1e-9 })
        var cleared = turns
        cleared[2] = Turn(
            number: 3, user: turns[2].user, reply: turns[2].reply, finishReason: .complete,
            origin: .generated, startsFresh: true)
        let after = try #require(
            SessionMemory(
                cleared, from: generator.freshState, question: "Who?", reply: "Ada",
                generator: generator))
        #expect(after.traces.map(\.number) == [3])
        #expect(
            SessionMemory(
                turns, from: generator.freshState, question: "Who?", reply: "Ada",
                generator: generator, shouldContinue: { false }) == nil)
    }

    @Test("leaving out a character is reading the text without it")
    func memoryByCharacter() throws {
        let generator = try TinyModel.generator(cell: .lstm)
        func characters(_ index: Int, shouldContinue: () -> Bool = { true })
            -> [CharacterSurprisal]?
        {
            SessionMemory.characters(
                ofTurn: index, in: turns, from: generator.freshState, question: "Who?",
                reply: "Ada", generator: generator, shouldContinue: shouldContinue)
        }
        let found = try #require(characters(1))
        #expect(found.map(\.character).joined() == turns[1].user)
        #expect(found.allSatisfy { $0.bits >= 0 && $0.bits.isFinite })
        let last = try #require(characters(turns.count - 1))
        #expect(last.contains { $0.bits > 0 })
        func odds(_ user: String) -> [[Double]] {
            var state = generator.freshState
            for (index, turn) in turns.enumerated() {
                generator.read(
                    user: index == 1 ? user : turn.user, reply: turn.reply, state: &state)
            }
            return SessionMemory.distributions(
                after: "Who?", along: "Ada", state: state, generator: generator)
        }
        let expected = SessionMemory.divergence(
            odds(turns[1].user), from: odds(String(turns[1].user.dropFirst())))
        #expect(found[0].bits == expected)
        #expect(characters(1, shouldContinue: { false }) == nil && characters(9) == [])
    }

    @Test("the divergence is 0 of itself, and that of two coins")
    func divergence() {
        #expect(Surprisal.divergence([0.5, 0.5], from: [0.5, 0.5]) == 0)
        let expected = 0.5 * log2(0.5 / 0.25) + 0.5 * log2(0.5 / 0.75)
        #expect(abs(Surprisal.divergence([0.5, 0.5], from: [0.25, 0.75]) - expected) < 1e-12)
        #expect(Surprisal.divergence([1, 0], from: [0.5, 0.5]) == 1)
    }

    @Test("the odds are sorted, hold what was said, and greedy takes the likeliest")
    func odds() throws {
        let generator = try TinyModel.generator()
        let fresh = generator.freshState
        let odds = try #require(
            CharacterOdds.opening("abc", state: fresh, generator: generator))
        let chances = odds.alternatives.map(\.probability)
        #expect(chances == chances.sorted(by: >))
        #expect(chances.reduce(0, +) <= 1.0000001 && odds.entropy >= 0)
        let key = try #require(
            CharacterOdds.keyCharacter(
                of: "Hello 가나", to: "abc", state: fresh, generator: generator))
        #expect(key.alternatives.count { $0.isTaken } == 1)
        #expect(
            CharacterOdds.keyCharacter(of: "", to: "abc", state: fresh, generator: generator) == nil
        )
        let stopped = CharacterOdds.keyCharacter(
            of: "Hello", to: "abc", state: fresh, generator: generator, shouldContinue: { false })
        #expect(stopped == nil)
    }

    @Test(
        "the odds have no way to go on that no reply could take",
        arguments: 1...8 as ClosedRange<UInt64>)
    func possibleOdds(seed: UInt64) throws {
        let generator = try TinyModel.generator(seed: seed)
        let odds = try #require(
            CharacterOdds.opening("abc", state: generator.freshState, generator: generator))
        #expect(odds.alternatives.count == 6)
        let strayLetters: [ClosedRange<UInt32>] = [
            0x1100...0x1112, 0x1161...0x1175, 0x11A8...0x11C2,
        ]
        for text in odds.alternatives.map(\.text) {
            #expect(
                text.unicodeScalars.allSatisfy { scalar in
                    scalar != "\u{FFFD}" && !strayLetters.contains { $0.contains(scalar.value) }
                }, "\(text)")
        }
    }
}

@Suite("Confidence")
struct ConfidenceTests {
    @Test("the bootstrap's interval holds the mean, shrinks with more data, and repeats itself")
    func bootstrap() throws {
        func groups(_ count: Int) -> [Bootstrap.Group] {
            var random = RandomStream(seed: 4)
            return (0..<count).map { _ in
                Bootstrap.Group(sum: random.uniform() < 0.3 ? 1 : 0, count: 1)
            }
        }
        let few = try #require(Bootstrap.interval(of: groups(50)))
        let many = try #require(Bootstrap.interval(of: groups(2_000)))
        #expect(few.low < 0.3 && few.high > 0.3)
        #expect(many.high - many.low < (few.high - few.low) / 3)
        // The normal approximation for 2,000 answers: 1.96 sqrt(p (1 - p) / n), about 0.020.
        #expect(abs((many.high - many.low) / 2 - 0.020) < 0.003)
        #expect(Bootstrap.interval(of: groups(50)) == few)
        #expect(Bootstrap.interval(of: [.init(sum: 1, count: 1)]) == nil)
        #expect(Bootstrap.interval(of: []) == nil)
    }

    @Test("a calibrated predictor errs by nothing, an overconfident one by what it overstates")
    func calibration() {
        var good = Calibration()
        for index in 0..<1_000 { good.add(confidence: 0.75, isRight: index % 4 != 0) }
        #expect(good.expectedError < 1e-9)
        #expect(abs(good.accuracy - 0.75) < 1e-9)
        var sure = Calibration()
        for index in 0..<1_000 { sure.add(confidence: 1, isRight: index % 2 == 0) }
        #expect(abs(sure.expectedError - 0.5) < 1e-9)
        #expect(sure.bins[9].count == 1_000 && sure.count == 1_000)
        #expect(Calibration().expectedError == 0)
    }

    @Test("a text's interval holds its loss")
    func text() throws {
        let model = try TinyModel.make(format: .text)
        let text = String(repeating: "The quick brown fox jumps. 가나다라 마바사. ", count: 120)
        let evaluation = try #require(TextEvaluation(text: text, model: model))
        let interval = try #require(evaluation.natsInterval)
        #expect(interval.low <= evaluation.natsPerCharacter)
        #expect(interval.high >= evaluation.natsPerCharacter)
        #expect((0...1).contains(evaluation.calibration.expectedError))
        let short = try #require(TextEvaluation(text: "abc", model: model))
        #expect(short.natsInterval == nil)
    }
}
