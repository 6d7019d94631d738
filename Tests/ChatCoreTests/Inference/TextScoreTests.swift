import ChatCore
import ChatEvaluation
import ChatTraining
import Foundation
import Testing

@Suite("A text scored from a state, and a state kept")
struct TextScoreTests {
    let generator: ReplyGenerator
    let places: TemporaryPlaces

    init() throws {
        generator = try TinyModel.generator(cell: .gatedDelta)
        places = try TemporaryPlaces()
    }

    @Test("a reply costs what the evaluation says, and the state goes on to after the turn")
    func reply() throws {
        var state = generator.freshState
        generator.read(user: "before", reply: "yes", state: &state)
        var scored = state
        let score = generator.score(reply: "hello 가", to: "hi", state: &scored)
        var read = state
        let exchange = Surprisal.exchange(
            user: "hi", reply: "hello 가", state: &read, generator: generator)
        #expect(abs(score.bits - exchange.reply) < 1e-9)
        #expect(scored == read)
        #expect(score.characterCount == 7 && score.bits > 0)
    }

    @Test("of two replies the likeliest costs less")
    func choice() throws {
        let fresh = generator.freshState
        var state = fresh
        let likeliest = try #require(
            generator.greedyReply(to: "hi", state: &state, lengthLimit: 1, shouldContinue: { true })
        )
        func bits(_ letter: String) -> Double {
            var state = fresh
            return generator.score(reply: letter, to: "hi", state: &state).symbolBits[0]
        }
        for letter in "abcxyz" where String(letter) != likeliest {
            #expect(bits(likeliest) < bits(String(letter)))
        }
    }

    @Test("a running text costs what the evaluation of the text says")
    func text() throws {
        let text = "The dog.\nAnd 가나다 the cat.\n"
        var state = generator.freshState
        let score = generator.score(text, state: &state)
        let evaluation = try #require(TextEvaluation(text: text, model: generator.model))
        #expect(abs(score.bitsPerCharacter - evaluation.bitsPerCharacter) < 1e-9)
        #expect(generator.score("", state: &state).bitsPerCharacter == 0)
    }

    @Test("a state comes back from its file bit for bit, and no other file is taken for one")
    func kept() throws {
        var state = generator.freshState
        generator.read(user: "my dog is Rex", reply: "ok", state: &state)
        let url = places.folder.appendingPathComponent("dog.state")
        try StateFile.save(state, of: generator.model, to: url)
        #expect(try StateFile.load(url, of: generator.model) == state)

        let other = try TinyModel.make(cell: .gatedDelta, seed: 2)
        #expect(throws: StorageError.self) { try StateFile.load(url, of: other) }
        let small = try TinyModel.make()
        #expect(throws: StorageError.self) { try StateFile.save(state, of: small, to: url) }
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: url)
        #expect(throws: StorageError.self) { try StateFile.load(url, of: generator.model) }
        try ModelFile.save(small, to: url)
        #expect(throws: StorageError.self) { try StateFile.load(url, of: small) }
        #expect(throws: StorageError.self) {
            try StateFile.load(places.folder.appendingPathComponent("none"), of: small)
        }
    }

    @Test("free writing takes any count, and stops when it is told to")
    func hugeCount() throws {
        let sampler = TextSampler(model: generator.model)
        for count in [Int.max, Int.max - 64, Int.max / 64, -1, 0] {
            var random = RandomStream(seed: 1)
            var pieces = 0
            sampler.write(count, after: "a", settings: .text, random: &random) { _ in
                pieces += 1
                return pieces < 20
            }
            #expect(count > 0 ? pieces == 20 : pieces == 0)
        }
    }

    @Test("an alphabet that is not the network's is refused when a model is put together")
    func mismatch() throws {
        let model = generator.model
        let other = Alphabet(scalars: "abc".unicodeScalars)
        #expect(
            throws: ModelError.alphabet(symbols: other.count, expected: model.alphabet.count)
        ) {
            try ChatModel(network: model.network, alphabet: other, format: .dialogue)
        }
    }

    @Test("the shipped model is at hand, and an error says what it is to an app")
    func shipped() throws {
        #expect(try ChatModel.shipped().format == .dialogue)
        let error: any Error = SessionError.nothingToUndo
        #expect(error.localizedDescription == "there is no turn to undo")
        #expect(
            Places(folder: places.folder).sessionsFolder.path == places.places.sessionsFolder.path)
    }

    @Test(
        "no error of the libraries names a command, an option or a program",
        arguments: [
            SessionError.missing("a", folder: "f"), SessionError.noSessions(folder: "f"),
            SessionError.inUse("a"),
            SessionError.otherModel(session: "a", recorded: "b", given: "c"),
            SessionError.notSaved, SessionError.transcript(path: "p"),
            TranscriptError.unknownEvent(path: "p", line: 1, name: "n"),
            TranscriptError.newerVersion(path: "p", version: 9),
            StorageError.safetensors(path: "p", what: "w"),
            TrainingError.diverged(step: 1, loss: 2, isKept: true),
            TrainingError.checkpoint("c"), TrainingError.otherOptions([]),
            TrainingError.budgetTooSmall,
        ] as [any DescribedError])
    func words(_ error: any DescribedError) {
        #expect(error.localizedDescription == error.description)
        #expect(!error.description.contains(/--|charchat|\s-[a-z]\b|\s\/[a-z]/))
    }
}
