import ChatCore
import Foundation
import Testing

@Suite("Sessions that become another: forked, saved, renamed")
struct SessionCopiesTests {
    let generator: ReplyGenerator
    let places: TemporaryPlaces

    init() throws {
        generator = try TinyModel.generator()
        places = try TemporaryPlaces()
    }

    private func begin(_ name: String? = "talk", saved: Bool = true) throws -> Session {
        try places.store.create(name, generator: generator, settings: quickSettings, saved: saved)
    }

    private func files() throws -> [String] {
        guard FileManager.default.fileExists(atPath: places.places.sessionsFolder.path) else {
            return []
        }
        return try FileManager.default.contentsOfDirectory(
            atPath: places.places.sessionsFolder.path
        ).sorted()
    }

    @Test("a fork begins at any turn and leaves its parent alone")
    func fork() throws {
        let session = try begin()
        for i in 0..<4 { try session.say("line \(i)") }
        try session.clear()
        try session.say("line 4")
        try session.set(.temperature(0.2))
        let bytes = try Data(contentsOf: try #require(session.url))
        for turn in 0...5 {
            let fork = try session.fork(atTurn: turn, as: "fork \(turn)")
            #expect(fork.turns == Array(session.turns.prefix(turn)))
            #expect(fork.state == fork.recomputedState)
            #expect(fork.settings == session.settings)
            #expect(fork.parent?.name == "talk" && fork.parent?.turn == turn)
            try fork.say("other")
            fork.close()
            let report = try Replay.verify(
                try places.store.transcript("fork \(turn)"), generator: generator)
            #expect(report.isExact && report.verified == turn + 1)
        }
        // Up to the turn that it begins at, a fork's lines are its parent's to the byte.
        let forked = try Data(contentsOf: try places.store.url("fork 3"))
        let common = zip(bytes, forked).prefix { $0 == $1 }.count
        #expect(bytes.prefix(common).count { $0 == UInt8(ascii: "\n") } == 7)
        let automatic = try session.fork()
        #expect(automatic.name == "talk-2")
        #expect(automatic.turns == session.turns)
        #expect(try Data(contentsOf: try #require(session.url)) == bytes)
        #expect(throws: SessionError.noSuchTurn(6, count: 5)) { try session.fork(atTurn: 6) }
        session.close()
        #expect(try places.store.fork("talk", atTurn: 2) == "talk-3")
        #expect(try places.store.transcript("talk-3").turns == Array(session.turns.prefix(2)))
    }

    @Test("a session that is not saved leaves nothing on disk")
    func notSaved() throws {
        let session = try begin(nil, saved: false)
        for i in 0..<10 { try session.say("line \(i)") }
        try session.undo(2)
        let fork = try session.fork(atTurn: 3)
        try fork.say("x")
        fork.close()
        #expect(throws: SessionError.notSaved) { try session.rename(to: "a") }
        session.close()
        #expect(try FileManager.default.subpathsOfDirectory(atPath: places.folder.path) == [])
        #expect(throws: SessionError.closed) { try session.rename(to: "a") }
    }

    @Test("an unsaved session can be saved later, whole")
    func saveLater() throws {
        let session = try begin(nil, saved: false)
        try session.say("one")
        try session.save(as: "later")
        try session.say("two")
        session.close()
        let report = try Replay.verify(try places.store.transcript("later"), generator: generator)
        #expect(report.verified == 2 && report.isExact)
    }

    @Test("a session renamed while open goes on under its new name")
    func rename() throws {
        let session = try begin()
        try session.rename(to: "first")
        try session.say("one")
        try session.rename(to: "second")
        try session.say("two")
        session.close()
        #expect(try files() == ["second.jsonl", "second.states"])
        #expect(try places.store.transcript("second").turnCount == 2)
    }
}
