import ChatCore
import Foundation
import Testing

@Suite("A session as a library has it")
struct SharedSessionTests {
    let places: TemporaryPlaces

    init() throws { places = try TemporaryPlaces() }

    private static func talk() throws -> Session {
        let session = try Session(
            generator: TinyModel.generator(), settings: quickSettings)
        try session.say("hello")
        return session
    }

    // MARK: - Inside emit

    typealias Reading = @Sendable (Session) throws -> Void
    static let readings: [(String, Reading)] = [
        ("name", { _ = $0.name }), ("hasDatedName", { _ = $0.hasDatedName }),
        ("generator", { _ = $0.generator }), ("model", { _ = $0.model }),
        ("settings", { _ = $0.settings }), ("url", { _ = $0.url }),
        ("isOnDisk", { _ = $0.isOnDisk }), ("turns", { _ = $0.turns }),
        ("turnCount", { _ = $0.turnCount }), ("lastTurn", { _ = $0.lastTurn }),
        ("unanswered", { _ = $0.unanswered }), ("undoableSteps", { _ = $0.undoableSteps }),
        ("redoableSteps", { _ = $0.redoableSteps }),
        ("contextIsEmpty", { _ = $0.contextIsEmpty }), ("parent", { _ = $0.parent }),
        ("state", { _ = $0.state }), ("state afterTurn", { _ = try $0.state(afterTurn: 1) }),
        ("savingProblem", { _ = $0.savingProblem }), ("takeNotices", { _ = $0.takeNotices() }),
        ("isClosed", { _ = $0.isClosed }), ("transcript", { _ = try $0.transcript() }),
        ("saveWhatWaits", { _ = $0.saveWhatWaits() }),
        ("fork", { _ = try $0.fork(atTurn: 1) }),
        ("lastLineHash", { _ = $0.lastLineHash }), ("markNames", { _ = $0.markNames }),
        ("memoryInUse", { _ = $0.memoryInUse }),
        ("state while", { _ = try $0.state(afterTurn: 1, while: { true }) }),
        ("limitStates", { $0.limitStates(recent: 1, older: 1) }),
    ]

    @Test("can be read in every way while it replies", arguments: readings)
    func reading(_ name: String, _ read: Reading) throws {
        let generator = try TinyModel.generator()
        let store = places.store
        let saved = try store.create("talk", generator: generator, settings: quickSettings)
        for session in [saved, try Self.talk()] {
            try session.say("one")
            let twin = try Session(generator: generator, settings: quickSettings)
            if session.turnCount == 2 { try twin.say("hello") }
            try twin.say("one")
            let expected = try #require(try twin.say("two"))
            var reads = 0
            let turn = try session.say("two") { _ in
                reads += 1
                do { try read(session) } catch { Issue.record("\(name): \(error)") }
                return true
            }
            #expect(reads > 0)
            #expect(turn?.reply == expected.reply)
            #expect(session.state == twin.state)
        }
    }

    @Test("cannot be changed while it replies, and closes when the reply has ended")
    func changing() throws {
        let session = try Self.talk()
        let changes: [Reading] = [
            { try $0.say("x") }, { try $0.regenerate() }, { try $0.undo() }, { try $0.redo() },
            { try $0.clear() }, { try $0.set(.temperature(1)) }, { try $0.save() },
            { try $0.rename(to: "x") }, { try $0.continueReply() }, { try $0.answer(as: "x") },
            { try $0.mark("x") }, { try $0.goBack(to: "-") }, { try $0.takeBack(fromTurn: 1) },
            { try $0.use($0.generator) },
        ]
        let turn = try session.say("again") { _ in
            for change in changes {
                #expect(throws: SessionError.speaking) { try change(session) }
            }
            session.close()
            return true
        }
        #expect(turn != nil && session.turnCount == 2)
        #expect(session.isClosed)
    }

    @Test("keeps fewer states when that is asked for while it replies")
    func limited() throws {
        let (session, twin) = (try Self.talk(), try Self.talk())
        for number in 0..<10 {
            try session.say("line \(number)")
            try twin.say("line \(number)")
        }
        try session.say("last") { _ in
            session.limitStates(recent: 1, older: 1)
            return true
        }
        try twin.say("last")
        #expect(session.memoryInUse < twin.memoryInUse)
        #expect(session.state == twin.state)
    }

    @Test("once closed it can be read and no longer changed, and its file stays whole")
    func closed() throws {
        let generator = try TinyModel.generator()
        let session = try places.store.create("talk", generator: generator, settings: quickSettings)
        try session.say("hello")
        #expect(session.close())
        let bytes = try Data(contentsOf: try #require(session.url))
        #expect(throws: SessionError.closed) { try session.say("more") }
        #expect(throws: SessionError.closed) { try session.undo() }
        #expect(throws: SessionError.closed) { try session.clear() }
        #expect(throws: SessionError.closed) { try session.regenerate() }
        #expect(throws: SessionError.closed) { try session.set(.seed(1)) }
        #expect(throws: SessionError.closed) { try session.rename(to: "other") }
        #expect(session.close() && session.saveWhatWaits())
        #expect(session.turnCount == 1)
        #expect(try Data(contentsOf: try #require(session.url)) == bytes)
        #expect(try places.store.open("talk", generator: generator).turnCount == 1)
    }

    // MARK: - Without a store

    @Test("in memory alone it talks as a saved one does, and cannot be saved")
    func inMemory() throws {
        let generator = try TinyModel.generator()
        let saved = try places.store.create("talk", generator: generator, settings: quickSettings)
        let session = try Self.talk()
        #expect(try saved.say("hello")?.reply == session.lastTurn?.reply)
        #expect(session.url == nil && session.name == nil && session.close())
        let other = try Self.talk()
        let fork = try other.fork()
        #expect(try fork.say("more")?.reply == other.say("more")?.reply)
        #expect(throws: SessionError.noStore) { try other.save(as: "talk") }
        #expect(throws: SessionError.noStore) { try other.fork(as: "talk") }
    }

    // MARK: - Tasks

    @Test("its stream gives the reply that the callback gives")
    func stream() async throws {
        let twin = try Self.talk()
        let expected = try #require(try twin.say("more")).reply
        let shared = SharedSession(try Self.talk())
        var pieces: [String] = []
        for try await piece in shared.say("more") { pieces.append(piece) }
        #expect(pieces.count > 1 && pieces.joined() == expected)
        #expect(await shared.withSession { $0.turnCount } == 2)
        await shared.close()
        await #expect(throws: SessionError.closed) {
            for try await _ in shared.say("more") {}
        }
    }

    @available(macOS 15, *)
    @Test("cancelling the task that listens stops the reply, and what was said is kept")
    func cancellation() async throws {
        // A model whose replies never end by themselves.
        let ending = try TinyModel.make()
        var network = ending.network
        let bias = try #require(network.parameters.layout.range(of: "decoder.bias"))
        network.parameters.values[bias.lowerBound + Int(Alphabet.endMark)] = -100
        let endless = try ChatModel(network: network, alphabet: ending.alphabet, format: .dialogue)
        var settings = quickSettings
        settings.lengthLimit = 10_000
        let session = try Session(
            generator: ReplyGenerator(model: endless), settings: settings)
        let shared = SharedSession(session)
        // A whole reply may be made before its listener is woken: the listener has a thread of its own, not
        // one of the pool's, which other tests may keep, and several tries.
        let thread = OwnThread()
        var turn: Turn?
        for _ in 0..<200 where turn?.finishReason != .interrupted {
            let listener = Task(executorPreference: thread) {
                var count = 0
                for try await _ in shared.say("hello") {
                    count += 1
                    if count == 1 { withUnsafeCurrentTask { $0?.cancel() } }
                }
            }
            _ = await listener.result
            turn = await shared.withSession { $0.lastTurn }
        }
        #expect(turn?.finishReason == .interrupted && turn?.reply.isEmpty == false)
    }

    @Test("several tasks may use one, and several sessions of one model speak at once")
    func manyTasks() async throws {
        let shared = SharedSession(try Self.talk())
        let model = try TinyModel.make()
        let alone = try Session(
            generator: ReplyGenerator(model: model), settings: quickSettings)
        let expected = try (0..<4).map { try #require(try alone.say("line \($0)")).reply }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<8 {
                group.addTask { for try await _ in shared.say("from \(index)") {} }
                group.addTask { _ = await shared.withSession { $0.turns.count } }
                group.addTask {
                    let own = try Session(
                        generator: ReplyGenerator(model: model), settings: quickSettings)
                    for line in 0..<4 {
                        #expect(try own.say("line \(line)")?.reply == expected[line])
                    }
                }
            }
            try await group.waitForAll()
        }
        let turns = await shared.withSession { $0.turns }
        #expect(turns.count == 9)
        #expect(Set(turns.dropFirst().map(\.user)) == Set((0..<8).map { "from \($0)" }))
    }
}

/// Runs its tasks on a thread that nothing else of the suite can keep.
@available(macOS 15, *)
private final class OwnThread: TaskExecutor {
    private let queue = DispatchQueue(label: "listener")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
