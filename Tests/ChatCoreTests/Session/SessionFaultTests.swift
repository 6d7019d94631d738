import ChatCore
import Foundation
import Testing

@Suite("A failing disk")
struct SessionFaultTests {
    /// Says four things over a file system in which some calls fail; gives the session.
    private func talk(
        _ places: TemporaryPlaces, _ files: FaultyFileSystem, _ generator: ReplyGenerator
    ) throws -> Session {
        let session = try places.store(files).create(
            "talk", generator: generator, settings: quickSettings)
        for i in 0..<4 { try session.say("line \(i)") }
        return session
    }

    @Test(
        "one call that fails loses nothing: told, then saved with the next line",
        arguments: 0..<40, [FaultyFileSystem.Fault.noSpace, .inputOutput, .halfWrittenThenNoSpace])
    func oneCall(call: Int, fault: FaultyFileSystem.Fault) throws {
        let generator = try TinyModel.generator()
        let places = try TemporaryPlaces()
        let session = try talk(
            places, FaultyFileSystem(failing: call..<call + 1, fault: fault), generator)
        #expect(session.turnCount == 4)
        session.close()
        let transcript = try places.store.transcript("talk")
        #expect(transcript.turns == session.turns)
        #expect(transcript.notice == nil)
        #expect(try Replay.verify(transcript, generator: generator).isExact)
    }

    @Test(
        "a disk that stays full: the conversation goes on in memory, and the file stays whole",
        arguments: 0..<20)
    func stuck(call: Int) throws {
        let generator = try TinyModel.generator()
        let places = try TemporaryPlaces()
        let files = FaultyFileSystem(failing: call..<Int.max, fault: .halfWrittenThenNoSpace)
        let session = try talk(places, files, generator)
        #expect(session.turnCount == 4)
        #expect(session.takeNotices().contains { if case .notSaved = $0 { true } else { false } })
        #expect(!session.isOnDisk)
        session.close()
        if try places.store.exists("talk") {
            let transcript = try places.store.transcript("talk")
            #expect(session.turns.starts(with: transcript.turns))
            let again = try places.store.open("talk", generator: generator)
            try again.say("more")
            again.close()
            #expect(try places.store.transcript("talk").notice == nil)
        }
    }

    @Test("a file that may only be read: what is said is not saved, and a copy can be made")
    func readOnly() throws {
        let generator = try TinyModel.generator()
        let places = try TemporaryPlaces()
        let first = try places.store.create("talk", generator: generator, settings: quickSettings)
        try first.say("one")
        first.close()
        func open() throws -> Session {
            try places.store(FaultyFileSystem(failing: 0..<1, fault: .notAllowed)).open(
                "talk", generator: generator)
        }
        let session = try open()
        #expect(session.url == nil)
        let file = try places.store.url("talk").path
        #expect(session.takeNotices() == [.readOnly(path: file)])
        #expect(session.close())
        let other = try open()
        try other.say("two")
        #expect(!other.close())
        let copied = try open()
        try copied.say("three")
        #expect(throws: SessionError.exists("talk")) { try copied.save(as: "talk") }
        #expect(try copied.save(as: "copy") == "copy")
        #expect(copied.close())
        #expect(try places.store.transcript("talk").turns.map(\.user) == ["one"])
        #expect(try places.store.transcript("copy").turns.map(\.user) == ["one", "three"])
    }

    @Test("writes that take less than they are given lose nothing")
    func shortWrites() throws {
        let generator = try TinyModel.generator()
        let places = try TemporaryPlaces()
        let session = try talk(
            places, FaultyFileSystem(failing: 0..<0, fault: .shortWrites), generator)
        session.close()
        #expect(try places.store.transcript("talk").turns == session.turns)
    }

    @Test("the states of sessions not used for long go, oldest first, where a folder has too many")
    func statesAreTrimmed() throws {
        let folder = try TemporaryFolder()
        let urls = try (0..<5).map { index in
            let url = try folder.write("s\(index).states", String(repeating: "x", count: 100))
            let date = Date(timeIntervalSince1970: Double(1_000 + index))
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: url.path)
            return url
        }
        try folder.write("s0.jsonl", "not one of them")
        #expect(SnapshotFile.bytes(in: folder.url) == 500)
        SnapshotFile.trim(folder.url, keeping: urls[0], budget: 300)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
        #expect(left == ["s0.jsonl", "s0.states", "s3.states", "s4.states"])
        SnapshotFile.trim(folder.url, keeping: urls[0], budget: 300)
        #expect(SnapshotFile.bytes(in: folder.url) == 300)
    }

    @Test("a transcript deleted while it is open is made again")
    func deleted() throws {
        let generator = try TinyModel.generator()
        let places = try TemporaryPlaces()
        let session = try places.store.create(
            "talk", generator: generator, settings: quickSettings)
        try session.say("one")
        try FileManager.default.removeItem(at: try #require(session.url))
        try session.say("two")
        session.close()
        #expect(try places.store.transcript("talk").turns == session.turns)
    }
}
