import ChatCore
import ChatCorpus
import Foundation
import Testing

/// What `replay --verify` proves took place as the transcript says, and everybody reads the same in it.
@Suite("The proof")
struct ProofTests {
    let places: TemporaryPlaces
    let generator: ReplyGenerator
    let settings: SessionSettings

    init() throws {
        places = try TemporaryPlaces()
        generator = try TinyModel.generator()
        var settings = quickSettings
        settings.lengthLimit = 6
        self.settings = settings
    }

    /// The reply that the model gives, from the turns it knows alone.
    private func reply(
        _ conversation: NaiveConversation, regenerated: Bool, continued: Bool = false,
        draw: UInt64
    ) -> Reply? {
        let replaces = regenerated || continued
        guard let question = conversation.question(regenerated: replaces) else { return nil }
        var state = conversation.state(regenerated: replaces, generator)
        var random = RandomStream(seed: conversation.seed, branch: draw)
        return generator.reply(
            to: question, after: continued ? conversation.steps.last?.turn?.reply ?? "" : "",
            state: &state, random: &random, settings: settings.sampling,
            lengthLimit: settings.lengthLimit)
    }

    /// A line drawn at random: mostly one that can follow, sometimes any.
    private func likelyLine(
        _ random: inout RandomStream, after conversation: NaiveConversation
    ) -> [String: Any] {
        var drawn = line(&random, after: conversation)
        guard random.below(12) > 0 else { return drawn }
        for _ in 0..<20 {
            var next = conversation
            if (try? next.apply(drawn)) != nil { break }
            drawn = line(&random, after: conversation)
        }
        return drawn
    }

    private func line(
        _ random: inout RandomStream, after conversation: NaiveConversation
    ) -> [String: Any] {
        let count = Int(random.below(4))
        switch random.below(21) {
        case 18: return ["event": "take", "turn": count]
        case 19: return ["event": "silence", "layer": 1, "head": 1]
        case 20:
            let values = generator.freshState.values.map { _ in Float(count) / 4 }
            return [
                "event": "load", "name": "x", "state": stateBytes(values).base64EncodedString(),
            ]
        case 16: return ["event": "mark", "name": "\(random.below(2))"]
        case 17: return ["event": "back", "name": ["0", "1", "-"][count % 3]]
        case 0: return ["event": "undo", "turns": count]
        case 1: return ["event": "redo", "turns": count]
        case 2: return ["event": "clear"]
        case 3: return ["event": "set", "setting": "seed", "value": random.below(3)]
        case 4: return ["event": "close"]
        case 5: return ["role": "system", "content": "be kind"]
        case 6:
            var line: [String: Any] = ["role": "assistant", "content": "ho", "origin": "imported"]
            if random.below(8) == 0 { line["event"] = "regenerate" }
            return line
        case 7...10: return ["role": "user", "content": "\(random.below(100))"]
        default:
            let regenerated = random.below(4) == 0
            let continued = !regenerated && random.below(3) == 0
            let draw =
                random.below(12) == 0 ? random.below(4) : conversation.draw + random.below(20) / 18
            let made = reply(
                conversation, regenerated: regenerated, continued: continued, draw: draw)
            var line: [String: Any] = [
                "role": "assistant", "content": made?.text ?? "x", "draw": draw,
                "ended": made?.ending.rawValue ?? "complete", "symbols": made?.symbolCount ?? 1,
            ]
            if regenerated { line["event"] = "regenerate" }
            if continued { line["event"] = "continue" }
            return line
        }
    }

    /// What training reads in a transcript.
    private func training(_ bytes: Data) throws -> [[NaiveConversation.Turn]] {
        let url = places.folder.appendingPathComponent("corpus.jsonl")
        try bytes.write(to: url)
        var dialogues: [[NaiveConversation.Turn]] = []
        try CorpusReader([url]).forEachDialogue { dialogue in
            dialogues.append(dialogue.exchanges.map { .init(user: $0.user, reply: $0.reply) })
        }
        return dialogues
    }

    private func turns(_ transcript: Transcript) -> [NaiveConversation.Turn] {
        transcript.turns.map {
            .init(user: $0.user, reply: $0.reply, isWhole: $0.ending == .complete)
        }
    }

    @Test("any sequence of events is refused by all or means the same to all")
    func foreignSequences() throws {
        let environment = ProcessInfo.processInfo.environment
        let sequences = environment["CHARCHAT_PROOFS"].flatMap(Int.init) ?? 2_000
        var random = RandomStream(seed: 23)
        var accepted = 0
        for number in 0..<sequences {
            var foreign = ForeignTranscript(model: generator.model, settings: settings)
            var naive = NaiveConversation(seed: settings.seed)
            var refusal: NaiveConversation.Refusal?
            for _ in 0...random.index(below: 14) {
                let line = likelyLine(&random, after: naive)
                foreign.add(line)
                do {
                    try naive.apply(line)
                } catch let error as NaiveConversation.Refusal {
                    refusal = error
                    break
                }
            }
            if let refusal {
                #expect(throws: TranscriptError.self, "\(number)") {
                    try Transcript(foreign.bytes, path: "f")
                }
                if case .order = refusal {
                    #expect(throws: CorpusError.self, "\(number)") { try training(foreign.bytes) }
                }
                continue
            }
            let transcript = try Transcript(foreign.bytes, path: "f")
            #expect(turns(transcript) == naive.turns, "\(number)")
            #expect(transcript.unanswered == naive.unanswered, "\(number)")
            #expect(try training(foreign.bytes) == naive.dialogues, "\(number)")
            let report = try Replay.verify(transcript, generator: generator)
            #expect(report.isExact && report.verified == naive.generated, "\(number): \(report)")
            accepted += 1
        }
        print("event sequences: \(sequences), of which \(accepted) could have been charchat's")
        #expect(accepted > sequences / 4)
    }

    @Test("a reply to one question cannot stand as a new answer to another")
    func falseRegenerate() throws {
        var foreign = ForeignTranscript(model: generator.model, settings: settings)
        var naive = NaiveConversation(seed: settings.seed)
        func add(_ line: [String: Any]) throws {
            foreign.add(line)
            try naive.apply(line)
        }
        func answer(_ draw: UInt64) throws -> [String: Any] {
            let made = try #require(reply(naive, regenerated: false, draw: draw))
            return [
                "role": "assistant", "content": made.text, "draw": draw,
                "ended": made.ending.rawValue, "symbols": made.symbolCount,
            ]
        }
        try add(["role": "user", "content": "who pays?"])
        try add(answer(0))
        try add(["role": "user", "content": "who is kind?"])
        var last = try answer(1)
        last["event"] = "regenerate"
        foreign.add(last)
        let error = #expect(throws: TranscriptError.self) {
            try Transcript(foreign.bytes, path: "f")
        }
        #expect(error?.description.contains("line 5") == true)
        #expect(error?.description.contains("waits for an answer") == true)
    }

    @Test(
        "a field that stands twice is refused, however it is spelled",
        arguments: [
            #"{"content":"a","content":"b","previous":"P","role":"user"}"#,
            #"{"content":"a","con\u0074ent":"b","previous":"P","role":"user"}"#,
            #"{"event":"fork","parent":{"hash":"P","name":"a","name":"b","turn":0},"previous":"P"}"#,
        ])
    func duplicateKeys(_ line: String) throws {
        var foreign = ForeignTranscript(model: generator.model, settings: settings)
        let header = foreign.bytes.dropLast()
        let hash = Transcript.hash(ofLine: Data(header))
        foreign.add(line: Data(line.replacing("P", with: hash).utf8))
        let error = #expect(throws: TranscriptError.self) {
            try Transcript(foreign.bytes, path: "f")
        }
        #expect(error?.description.contains("twice") == true)
        #expect(throws: CorpusError.self) { try training(foreign.bytes) }
    }

    @Test("a fork that names another line or turn is refused")
    func falseForks() throws {
        for parent in [
            ["hash": "0", "name": "a", "turn": 0], ["hash": "P", "name": "a", "turn": 1],
        ] as [[String: Any]] {
            var foreign = ForeignTranscript(model: generator.model, settings: settings)
            let hash = Transcript.hash(ofLine: Data(foreign.bytes.dropLast()))
            var parent = parent
            if parent["hash"] as? String == "P" { parent["hash"] = hash }
            foreign.add(["event": "fork", "parent": parent])
            let error = #expect(throws: TranscriptError.self) {
                try Transcript(foreign.bytes, path: "f")
            }
            #expect(error?.description.contains("it forks after") == true)
        }
    }

    @Test("a session that was left is sealed, and a cut tail is seen")
    func seal() throws {
        let session = try places.store.create("a", generator: generator, settings: settings)
        try session.say("one")
        try session.say("two")
        session.close()
        let url = try places.store.url("a")
        let whole = try Data(contentsOf: url)
        let report = try Replay.verify(try Transcript(url), generator: generator)
        #expect(report.isClosed && report.verified == 2)
        let lines = whole.split(separator: UInt8(ascii: "\n"))
        for kept in 1..<lines.count {
            let cut =
                Data(lines.prefix(kept).joined(separator: [UInt8(ascii: "\n")])) + Data("\n".utf8)
            #expect(try !Replay.verify(Transcript(cut, path: "f"), generator: generator).isClosed)
        }
        // Looking adds nothing, going on adds another seal.
        try places.store.open("a", generator: generator).close()
        #expect(try Data(contentsOf: url) == whole)
        let again = try places.store.open("a", generator: generator)
        try again.say("three")
        try again.fork(as: "b").close()
        again.close()
        for name in ["a", "b"] { #expect(try places.store.transcript(name).isClosed) }
    }

    @Test("random streams that were left out are told")
    func skippedDraws() throws {
        var foreign = ForeignTranscript(model: generator.model, settings: settings)
        var naive = NaiveConversation(seed: settings.seed)
        for draw: UInt64 in [0, 3] {
            let said: [String: Any] = ["role": "user", "content": "hi"]
            foreign.add(said)
            try naive.apply(said)
            let made = try #require(reply(naive, regenerated: false, draw: draw))
            let line: [String: Any] = [
                "role": "assistant", "content": made.text, "draw": draw,
                "ended": made.ending.rawValue, "symbols": made.symbolCount,
            ]
            foreign.add(line)
            try naive.apply(line)
        }
        let report = try Replay.verify(
            Transcript(foreign.bytes, path: "f"), generator: generator)
        #expect(report.isExact && report.skippedDraws == [5])
    }

    @Test("nothing is proved where no reply was generated")
    func nothing() throws {
        var foreign = ForeignTranscript(model: generator.model, settings: settings)
        func report() throws -> Replay.Report {
            try Replay.verify(Transcript(foreign.bytes, path: "f"), generator: generator)
        }
        #expect(try !report().provesSomething)
        foreign.add(["role": "user", "content": "hi"])
        foreign.add(["role": "assistant", "content": "ho", "origin": "imported"])
        #expect(try !report().provesSomething)
    }

    @Test("what charchat writes itself means the same to all")
    func ownSequences() throws {
        for seed in 0..<20 as Range<UInt64> {
            var random = RandomStream(seed: seed, branch: 5)
            let name = "own\(seed)"
            var session = try places.store.create(name, generator: generator, settings: settings)
            try session.say("begin")
            for _ in 0..<20 {
                switch random.below(16) {
                case 13: _ = try? session.takeState(afterTurn: Int(random.below(4)))
                case 14: try session.silence(layer: 1, head: 1)
                case 15: try session.load(session.state, from: .file("x"))
                case 9: _ = try? session.goOn()
                case 10: try session.mark("\(random.below(2))")
                case 11: _ = try? session.goBack(to: ["0", "1", "-"][Int(random.below(3))])
                case 12: _ = try? session.takeBack(fromTurn: Int(random.below(4)))
                case 0: _ = try? session.regenerate()
                case 1: _ = try? session.undo(Int(random.below(3)) + 1)
                case 2: _ = try? session.redo(Int(random.below(3)) + 1)
                case 3: try session.clear()
                case 4: try session.set(.seed(random.below(3)))
                case 5:
                    session.close()
                    session = try places.store.open(name, generator: generator)
                case 6:
                    var left = Int(random.below(4))
                    try session.say("stop") { _ in
                        left -= 1
                        return left > 0
                    }
                default: try session.say("\(random.below(100))")
                }
            }
            session.close()
            let bytes = try Data(contentsOf: try places.store.url(name))
            var naive = NaiveConversation(seed: settings.seed)
            for line in bytes.split(separator: UInt8(ascii: "\n")).dropFirst() {
                let fields = try #require(
                    try JSONSerialization.jsonObject(with: line) as? [String: Any])
                try naive.apply(fields)
            }
            let transcript = try places.store.transcript(name)
            #expect(turns(transcript) == naive.turns)
            #expect(try training(bytes) == naive.dialogues)
            let report = try Replay.verify(transcript, generator: generator)
            #expect(report.isExact && report.verified == naive.generated)
            #expect(report.skippedDraws == [] && report.isClosed)
        }
    }
}
