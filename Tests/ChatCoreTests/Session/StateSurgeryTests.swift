import ChatCore
import ChatCorpus
import Foundation
import Testing

/// States that were taken, silenced and brought in by hand.
@Suite struct StateSurgeryTests {
    private let places: TemporaryPlaces
    private let generator: ReplyGenerator

    init() throws {
        places = try TemporaryPlaces()
        generator = try TinyModel.generator(cell: .gatedDelta)
    }

    private func begin(_ name: String, _ texts: String...) throws -> Session {
        let session = try places.store.create(
            name, generator: generator, settings: quickSettings)
        for text in texts { try session.say(text) }
        return session
    }

    private func verified(_ session: Session) throws -> Replay.Report {
        try Replay.verify(try #require(try session.transcript()), generator: generator)
    }

    @Test func aStateTakenIsTheOneAfterThatTurnAndIsProved() throws {
        let session = try begin("a", "one", "two", "three")
        let states = try (0...3).map { try session.state(afterTurn: $0) }
        for number in [0, 4, -1] {
            #expect(throws: SessionError.noSuchTurn(number, count: 3)) {
                try session.takeState(afterTurn: number)
            }
        }
        try session.takeState(afterTurn: 1)
        #expect(session.state == states[1] && session.turnCount == 3 && session.stateWasChanged)
        #expect(try session.state(afterTurn: 3) == states[3])
        let turn = try #require(try session.say("four"))
        #expect(turn.stateWasChanged && !turn.startsFresh && turn.number == 4)
        #expect(try session.state(beforeTurn: 4) == states[1])
        let after = session.state
        try session.undo(2)
        #expect(session.state == states[3] && session.turnCount == 3)
        try session.redo(2)
        #expect(session.state == after)
        let report = try verified(session)
        #expect(report.isExact && report.verified == 4 && report.givenStates == 0)
        #expect(report.changedStates == 1)
        let fork = try session.fork(as: "b")
        session.close(keepingStates: false)
        #expect(fork.state == after)
        fork.close(keepingStates: false)
        for name in ["a", "b"] {
            let again = try places.store.open(name, generator: generator)
            #expect(again.state == after && again.lastTurn == turn)
            again.close()
        }
    }

    @Test func aHeadThatIsSilencedHoldsNothingAndTheOthersStay() throws {
        let session = try begin("a", "one", "two")
        let before = session.state
        let configuration = generator.model.network.configuration
        let memory = try #require(configuration.memory(ofLayer: 1, head: 2))
        #expect(throws: SessionError.noSuchLayer(2, count: 1)) {
            try session.silence(layer: 2, head: 1)
        }
        #expect(throws: SessionError.noSuchHead(3, layer: 1, count: 2)) {
            try session.silence(layer: 1, head: 3)
        }
        try session.silence(layer: 1, head: 2)
        for (index, value) in session.state.values.enumerated() {
            #expect(memory.contains(index) ? value == 0 : value == before.values[index])
        }
        #expect(before.values[memory].contains { $0 != 0 })
        try session.say("three")
        #expect(session.state.values[memory].contains { $0 != 0 })
        #expect(try verified(session).verified == 3 && verified(session).isExact)
    }

    @Test(arguments: TinyModels.names)
    func theMemoriesOfHeadsAreApartAndWithinTheState(name: String) throws {
        let configuration = try TinyModels.model(name).configuration
        var end = 0
        for layer in 1...configuration.layers.count {
            for head in 1...configuration.headCount(ofLayer: layer - 1) {
                let range = try #require(configuration.memory(ofLayer: layer, head: head))
                #expect(range.lowerBound >= end && !range.isEmpty)
                end = range.upperBound
            }
        }
        let heads = configuration.copyHeadStateSize + configuration.pointerHeadStateSize
        #expect(end + heads == configuration.stateSize)
        for (layer, head) in [(0, 1), (1, 0), (Int.min, 1), (Int.max, 1), (1, Int.max), (9, 1)] {
            #expect(configuration.memory(ofLayer: layer, head: head) == nil)
        }
    }

    @Test func aStateFromAnotherSessionOrAFileStandsInTheTranscriptAndIsCounted() throws {
        let other = try begin("other", "my name is Ada", "yes", "no")
        let wanted = try other.state(afterTurn: 2)
        // Also while it is open elsewhere.
        let taken = try #require(
            try places.store.state(
                afterTurn: 2, of: "other", generator: generator, while: { true }))
        #expect(taken.state == wanted && taken.parent.turn == 2 && taken.parent.name == "other")
        #expect(throws: SessionError.noSuchTurn(4, count: 3)) {
            try places.store.state(
                afterTurn: 4, of: "other", generator: generator, while: { true })
        }
        let session = try begin("a")
        try session.load(taken.state, from: .session(taken.parent))
        try session.say("one")
        try session.load(wanted, from: .file("x.safetensors"))
        #expect(session.state == wanted)
        try session.say("two")
        let after = session.state
        session.close(keepingStates: false)
        // What it came from need not be there any more.
        other.close()
        try places.store.delete("other")
        let again = try places.store.open("a", generator: generator)
        #expect(again.state == after && again.turns.allSatisfy(\.stateWasChanged))
        let report = try verified(again)
        #expect(report.isExact && report.verified == 2 && report.givenStates == 2)
        let text = try places.store.export("a", as: .text)
        #expect(text.components(separatedBy: "(state changed by hand)\n").count == 3)
        var dialogues = 0
        try CorpusReader([try places.store.url("a")]).forEachDialogue { dialogue in
            dialogues += 1
            #expect(dialogue.exchanges.count == 1)
        }
        #expect(dialogues <= 2)
    }

    @Test func aStateOfAnotherModelIsRefused() throws {
        let stranger = try TinyModel.generator(cell: .gatedDelta, seed: 2)
        let session = try begin("a", "one")
        #expect(throws: SessionError.self) {
            try places.store.state(
                afterTurn: 1, of: "a", generator: stranger, while: { true })
        }
        let file = places.folder.appendingPathComponent("one.safetensors")
        try StateFile.save(session.state, of: generator.model, to: file)
        #expect(try StateFile.load(file, of: generator.model) == session.state)
        #expect(throws: StorageError.self) { try StateFile.load(file, of: stranger.model) }
        var odd = session.state
        odd.values.append(1)
        #expect(throws: ModelError.self) { try session.load(odd, from: .file("x")) }
        odd.values = session.state.values.map { _ in .infinity }
        #expect(throws: ModelError.self) { try session.load(odd, from: .file("x")) }
        #expect(!session.stateWasChanged)
    }

    @Test func aTranscriptWhoseStateFitsNoModelIsRefusedAndNeverRun() throws {
        let size = generator.model.network.configuration.stateSize
        let whole = stateBytes([Float](repeating: 0.5, count: size)).base64EncodedString()
        let short = stateBytes([Float](repeating: 0.5, count: size - 1)).base64EncodedString()
        let endless = stateBytes([Float](repeating: .infinity, count: size)).base64EncodedString()
        let unreadable: [[String: Any]] = [
            ["event": "load", "name": "x", "state": endless],
            ["event": "load", "name": "x", "state": "AAA"],
            ["event": "load", "name": "x", "state": "AAAAAAA="],
            ["event": "load", "name": "x"], ["event": "load", "state": whole],
            ["event": "take", "turn": 1], ["event": "take"],
            ["event": "silence", "layer": 0, "head": 1], ["event": "silence", "layer": 1],
        ]
        for line in unreadable {
            var foreign = ForeignTranscript(model: generator.model, settings: quickSettings)
            foreign.add(line)
            #expect(throws: TranscriptError.self, "\(line)") {
                try Transcript(foreign.bytes, path: "f")
            }
        }
        let unfit: [[String: Any]] = [
            ["event": "load", "name": "x", "state": short],
            ["event": "silence", "layer": 2, "head": 1],
            ["event": "silence", "layer": 1, "head": 3],
        ]
        for (number, line) in unfit.enumerated() {
            var foreign = ForeignTranscript(model: generator.model, settings: quickSettings)
            foreign.add(line)
            foreign.add(["role": "user", "content": "hi"])
            foreign.add(["role": "assistant", "content": "ho", "origin": "imported"])
            let transcript = try Transcript(foreign.bytes, path: "f")
            #expect(throws: TranscriptError.self) {
                try Replay.verify(transcript, generator: generator)
            }
            let url = try places.store.url("foreign\(number)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try foreign.bytes.write(to: url)
            #expect(throws: TranscriptError.self) {
                try places.store.open("foreign\(number)", generator: generator)
            }
        }
        var sound = ForeignTranscript(model: generator.model, settings: quickSettings)
        sound.add(["event": "load", "name": "x", "state": whole])
        #expect(
            try Replay.verify(Transcript(sound.bytes, path: "f"), generator: generator)
                .givenStates == 1)
    }
}
