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

    /// `CHARCHAT_PROOFS`: how many sequences of events are drawn.
    private static let sequences =
        ProcessInfo.processInfo.environment["CHARCHAT_PROOFS"].flatMap { Int($0) } ?? 2_000

    /// The reply that the model gives, from the turns it knows alone.
    /// - Parameter limit: most symbols; nil: the limit of the conversation.
    func reply(
        _ conversation: NaiveConversation, regenerated: Bool, continued: Bool = false,
        draw: UInt64, limit: Int? = nil
    ) -> Reply? {
        let replaces = regenerated || continued
        guard let question = conversation.question(regenerated: replaces) else { return nil }
        var state = conversation.state(regenerated: replaces, generator)
        let settings = conversation.settings
        var random = RandomStream(seed: settings.seed, branch: draw)
        return generator.reply(
            to: question, after: continued ? conversation.steps.last?.turn?.reply ?? "" : "",
            state: &state, random: &random, settings: settings.sampling,
            lengthLimit: min(limit ?? settings.lengthLimit, settings.lengthLimit))
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
        switch random.below(23) {
        case 18: return ["event": "take", "turn": count]
        case 19: return ["event": "silence", "layer": 1, "head": 1]
        case 20:
            let values = generator.freshState.values.map { _ in Float(count) / 4 }
            return [
                "event": "load", "name": "x", "state": stateBytes(values).base64EncodedString(),
            ]
        case 21: return setting(&random)
        case 22:
            let isTrue = random.below(8) > 0
            return [
                "event": "fork",
                "parent": [
                    "name": "a", "hash": isTrue ? ForeignTranscript.lineBefore : "0",
                    "turn": conversation.turns.count + Int(random.below(12)) / 11,
                ] as [String: Any],
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
            // One that was interrupted is one that a lower limit ended.
            let cut = random.below(5) == 0 ? Int(random.below(4)) + 1 : nil
            let made = reply(
                conversation, regenerated: regenerated, continued: continued, draw: draw,
                limit: cut)
            let isCut = cut != nil && made?.finishReason == .limit
            var line: [String: Any] = [
                "role": "assistant", "content": made?.text ?? "x", "draw": draw,
                "ended": isCut ? "interrupted" : made?.finishReason.rawValue ?? "complete",
                "symbols": made?.symbolCount ?? 1,
            ]
            if regenerated { line["event"] = "regenerate" }
            if continued { line["event"] = "continue" }
            if isCut && random.below(2) == 0 || random.below(30) == 0 { line["stop"] = true }
            return line
        }
    }

    /// A change of a setting, seldom one that cannot be.
    private func setting(_ random: inout RandomStream) -> [String: Any] {
        func set(_ name: String, _ value: Any) -> [String: Any] {
            ["event": "set", "setting": name, "value": value]
        }
        let isWrong = random.below(8) == 0
        switch random.below(4) {
        case 0: return set("temperature", isWrong ? -1.0 : Double(random.below(4)) / 2)
        case 1: return set("top_p", isWrong ? 1.5 : 0.5)
        case 2: return set("length_limit", isWrong ? 0 : Int(random.below(6)) + 3)
        default: return set(isWrong ? "volume" : "seed", random.below(3))
        }
    }

    /// What a line is called.
    private func kind(_ line: [String: Any]) -> LineKind? {
        LineKind(role: line["role"] as? String, event: line["event"] as? String)
    }

    /// What training reads in a transcript.
    func training(_ bytes: Data) throws -> [[NaiveConversation.Turn]] {
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
            .init(user: $0.user, reply: $0.reply, ending: $0.finishReason.rawValue)
        }
    }

    @Test("any sequence of events is refused by all or means the same to all")
    func foreignSequences() throws {
        var random = RandomStream(seed: 23)
        var accepted = 0
        var kinds: Set<LineKind> = []
        for number in 0..<Self.sequences {
            var foreign = ForeignTranscript(model: generator.model, settings: settings)
            var naive = NaiveConversation(settings)
            var refusal: NaiveConversation.Refusal?
            var found: Set<LineKind> = []
            for _ in 0...random.index(below: 14) {
                let line = likelyLine(&random, after: naive)
                foreign.add(line)
                if let kind = kind(line) { found.insert(kind) }
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
            kinds.formUnion(found)
        }
        print(
            "event sequences: \(Self.sequences), of which \(accepted) could have been charchat's")
        #expect(accepted > Self.sequences / 4)
        // Few sequences may lack one.
        #expect(Self.sequences < 500 || kinds == Set(LineKind.allCases))
    }

    @Test("what charchat writes itself means the same to all")
    func ownSequences() throws {
        var kinds: Set<LineKind> = []
        for seed in 0..<UInt64(max(Self.sequences / 20, 1)) {
            var random = RandomStream(seed: seed, branch: 5)
            var name = "own\(seed)"
            var session = try places.store.create(name, generator: generator, settings: settings)
            try session.say("begin")
            for _ in 0..<20 {
                switch random.below(21) {
                case 13: _ = try? session.takeState(afterTurn: Int(random.below(4)))
                case 14: try session.silence(layer: 1, head: 1)
                case 15: try session.load(session.state, from: .file("x"))
                case 16:
                    let change: [SettingChange] = [.temperature(0.5), .topP(0.5), .lengthLimit(5)]
                    try session.set(change[Int(random.below(3))])
                case 17:
                    let turn = Int(random.below(4))
                    guard turn <= session.turnCount else { break }
                    let parent = session
                    name += "-f"
                    session = try parent.fork(atTurn: turn, as: name)
                    parent.close()
                    if session.turnCount == 0 { try session.say("begin") }
                case 18: _ = try? session.answer(as: "kind")
                case 19:
                    try session.keepReply()
                    _ = try? session.regenerate()
                    _ = try? session.choose(Int(random.below(3)))
                case 20:
                    session.stops = ["a"]
                    try session.say("\(random.below(100))")
                    session.stops = []
                case 9: _ = try? session.continueReply()
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
            var naive = NaiveConversation(settings)
            for line in bytes.split(separator: UInt8(ascii: "\n")).dropFirst() {
                let fields = try #require(
                    try JSONSerialization.jsonObject(with: line) as? [String: Any])
                try naive.apply(fields)
                if let kind = kind(fields) { kinds.insert(kind) }
            }
            let transcript = try places.store.transcript(name)
            #expect(turns(transcript) == naive.turns)
            #expect(try training(bytes) == naive.dialogues)
            let report = try Replay.verify(transcript, generator: generator)
            #expect(report.isExact && report.verified == naive.generated)
            #expect(report.skippedDraws == [] && report.isClosed)
        }
        // It writes no system messages itself.
        let missing = Set(LineKind.allCases).subtracting(kinds.union([.system]))
        #expect(Self.sequences < 500 || missing.isEmpty, "\(missing)")
    }
}
