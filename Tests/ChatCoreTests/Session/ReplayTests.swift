import ChatCore
import Foundation
import Testing

@Suite("Replay")
struct ReplayTests {
    /// One random conversation: said, regenerated, undone, redone, cleared, set, forked, interrupted,
    /// left and resumed.
    private func converse(
        _ places: TemporaryPlaces, _ generator: ReplyGenerator, seed: UInt64
    ) throws -> [String] {
        var random = RandomStream(seed: seed, branch: 99)
        var settings = quickSettings
        settings.seed = seed
        var session = try places.store.create("s\(seed)", generator: generator, settings: settings)
        var names = ["s\(seed)"]
        let words = ["hello", "가나다", "my name is Ada", "", "e\u{301}?", "한글 👍🏽", "x y z\nw"]
        try session.say("begin")
        for _ in 0..<16 {
            switch random.below(14) {
            case 10: _ = try? session.takeState(afterTurn: random.index(below: 5))
            case 11: try session.silence(layer: 1, head: 1)
            case 0: _ = try? session.regenerate()
            case 1: _ = try? session.undo(Int(random.below(4)) + 1)
            case 2: _ = try? session.redo(Int(random.below(3)) + 1)
            case 3: try session.clear()
            case 4: try session.set(.temperature([0, 0.5, 1, 2][random.index(below: 4)]))
            case 5: try session.set(.topP(random.uniform() * 0.9 + 0.1))
            case 6: try session.set(.seed(random.next()))
            case 7:
                var left = Int(random.below(6)) + 1
                try session.say(random.pick(words)) { piece in
                    left -= 1
                    return left > 0
                }
            case 8:
                let fork = try session.fork(atTurn: random.index(below: session.turnCount + 1))
                session.close()
                session = fork
                names.append(try #require(fork.name))
            case 9:
                let name = try #require(session.name)
                let state = session.state
                let turns = session.turns
                session.close()
                // A fork of nothing has no file; it starts anew.
                guard try places.store.exists(name) else {
                    session = try places.store.create(
                        name, generator: generator, settings: settings)
                    break
                }
                session = try places.store.open(name, generator: generator)
                #expect(session.state == state && session.turns == turns)
            default: try session.say(random.pick(words))
            }
            if session.turnCount == 0 { try session.say("begin") }
        }
        session.close()
        return names
    }

    @Test("two hundred random conversations all verify", arguments: 0..<10)
    func random(part: UInt64) throws {
        let cells: [CellKind] = [.gru, .lstm, .gatedDelta, .kimiDelta]
        let generator = try TinyModel.generator(
            format: part % 5 == 4 ? .text : .dialogue, cell: cells[Int(part) % cells.count])
        let places = try TemporaryPlaces()
        for seed in part * 20..<part * 20 + 20 {
            for name in try converse(places, generator, seed: seed) {
                guard try places.store.exists(name) else { continue }
                let report = try Replay.verify(
                    try places.store.transcript(name), generator: generator)
                #expect(report.isExact, "\(name): \(String(describing: report.difference))")
            }
        }
    }

    @Test(
        "a transcript verifies by the rule that it was begun with, replies that go round too",
        arguments: [(ReplyRule.asDrawn, FinishReason.limit), (.wellFormed, .repetition)])
    func rules(_ rule: ReplyRule, _ finishReason: FinishReason) throws {
        // One letter is always the likeliest.
        let usual = try TinyModel.make()
        var network = usual.network
        let bias = try #require(network.parameters.layout.range(of: "decoder.bias"))
        let letter = try #require(usual.alphabet.symbol(of: "e"))
        network.parameters.values[bias.lowerBound + Int(letter)] = 100
        let generator = ReplyGenerator(
            model: try ChatModel(network: network, alphabet: usual.alphabet, format: .dialogue))
        let places = try TemporaryPlaces()
        var settings = quickSettings
        (settings.lengthLimit, settings.rule) = (100, rule)
        let session = try places.store.create("round", generator: generator, settings: settings)
        try session.say("hello")
        #expect(session.turns.last?.finishReason == finishReason)
        session.close()
        let report = try Replay.verify(try places.store.transcript("round"), generator: generator)
        #expect(report.isExact && report.verified == 1)
    }

    @Test("a reply that is not the model's is found, with the place")
    func edited() throws {
        let generator = try TinyModel.generator()
        let places = try TemporaryPlaces()
        let session = try places.store.create(
            "a", generator: generator, settings: quickSettings)
        try session.say("one")
        let turn = try #require(try session.say("two"))
        session.close()
        let url = try places.store.url("a")
        var text = String(decoding: try Data(contentsOf: url), as: UTF8.self)
        // Without the closing line.
        let lines = text.split(separator: "\n").dropLast()
        let content = try #require(lines.last?.firstRange(of: "\"content\":\""))
        let place = content.upperBound
        text = lines.dropLast().joined(separator: "\n") + "\n"
        text += lines[lines.count - 1][..<place] + "~" + lines[lines.count - 1][place...] + "\n"
        let report = try Replay.verify(
            try Transcript(Data(text.utf8), path: "a"), generator: generator)
        let difference = try #require(report.difference)
        #expect(report.verified == 1)
        #expect(difference.turn == 2 && difference.line == 5 && difference.characterIndex == 0)
        #expect(difference.recorded == "~" + turn.reply && difference.generated == turn.reply)
    }

    @Test("another model is refused with both hashes")
    func otherModel() throws {
        let generator = try TinyModel.generator()
        let other = try TinyModel.generator(seed: 2)
        let places = try TemporaryPlaces()
        let session = try places.store.create(
            "a", generator: generator, settings: quickSettings)
        try session.say("one")
        let transcript = try places.store.transcript("a")
        #expect(
            throws: ReplayError.otherModel(
                path: transcript.path, recorded: generator.model.hash, given: other.model.hash)
        ) { try Replay.verify(transcript, generator: other) }
    }

    @Test("undo, redo and clear read nothing again, at turn 10,000 as at turn 10")
    func constantCost() throws {
        let generator = try TinyModel.generator()
        let places = try TemporaryPlaces()
        var settings = quickSettings
        settings.lengthLimit = 4
        let session = try places.store.create(
            nil, generator: generator, settings: settings, saved: false)
        /// Turns that are read again where the conversation stands.
        func turnsRead() throws -> Int {
            var count = 0
            let state = try session.state(
                afterTurn: nil,
                while: {
                    count += 1
                    return true
                })
            #expect(state == session.state)
            return count
        }
        func check() throws {
            for _ in 0..<20 {
                try session.undo(3)
                #expect(try turnsRead() == 0)
                try session.redo(3)
                #expect(try turnsRead() == 0)
                try session.clear()
                #expect(try turnsRead() == 0)
                try session.undo()
                #expect(try turnsRead() == 0)
            }
        }
        for i in 0..<10 { try session.say("\(i)") }
        try check()
        for i in 10..<10_000 { try session.say("\(i)") }
        try check()
    }
}
