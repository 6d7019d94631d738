import ChatCore
import Foundation
import Testing

@Suite("Saved sessions")
struct SessionStoreTests {
    let generator: ReplyGenerator
    let places: TemporaryPlaces

    init() throws {
        generator = try TinyModel.generator()
        places = try TemporaryPlaces()
    }

    @discardableResult
    func save(_ name: String, _ lines: String...) throws -> [Turn] {
        let session = try places.store.create(name, generator: generator, settings: quickSettings)
        for line in lines { try session.say(line) }
        session.close()
        return session.turns
    }

    @Test(
        "names that cannot be are refused",
        arguments: [
            "", "a/b", "..", ".", "../x", ".hidden", "a\u{0}b", "a\nb", "\u{1B}[31m", "-x", " a",
            "a ",
            "a\u{202E}b", "a\\b", String(repeating: "가", count: 70), "@3",
        ])
    func names(name: String) throws {
        let error = #expect(throws: SessionError.self) { try places.store.url(name) }
        #expect(error?.description.unicodeScalars.allSatisfy { $0.value >= 32 } == true)
    }

    @Test("other names are kept as they are", arguments: ["가나다", "a b", "v1.2", "한글 이름", "é"])
    func goodNames(name: String) throws {
        try save(name, "x")
        #expect(try places.store.names() == [name])
        #expect(try places.store.open(name, generator: generator).turnCount == 1)
    }

    @Test("a session open elsewhere is refused, and free again when that ends")
    func lock() throws {
        let session = try places.store.create("a", generator: generator, settings: quickSettings)
        try session.say("x")
        #expect(throws: SessionError.inUse("a")) {
            try places.store.open("a", generator: generator)
        }
        #expect(throws: SessionError.inUse("a")) { try places.store.delete("a") }
        #expect(throws: SessionError.inUse("a")) { try places.store.rename("a", to: "b") }
        #expect(try places.store.transcript("a").turnCount == 1)
        session.close()
        try places.store.rename("a", to: "b")
        #expect(try places.store.names() == ["b"])
        #expect(throws: SessionError.self) { try places.store.open("a", generator: generator) }
    }

    @Test("sessions made at once under one name all survive")
    func atOnce() throws {
        let sessions = try (0..<8).map { _ in
            try places.store.create("same", generator: generator, settings: quickSettings)
        }
        for (i, session) in sessions.enumerated() { try session.say("line \(i)") }
        #expect(Set(sessions.compactMap(\.name)).count == 8)
        #expect(try places.store.names().count == 8)
        #expect(
            sessions[7].takeNotices().contains { if case .nameTaken = $0 { true } else { false } })
    }

    @Test("another model is refused with both hashes")
    func otherModel() throws {
        try save("a", "x")
        let other = try TinyModel.generator(seed: 2)
        #expect(
            throws: SessionError.otherModel(
                session: "a", recorded: generator.model.hash, given: other.model.hash)
        ) { try places.store.open("a", generator: other) }
    }

    @Test("an index damaged anywhere is built anew, and never ends the program")
    func damagedIndex() throws {
        for name in ["one", "two", "three"] {
            let session = try places.store.create(
                name, generator: generator, settings: quickSettings)
            try session.say("hello \(name)")
            session.close()
        }
        #expect(try places.store.list().count == 3)
        let file = places.places.sessionIndexFile
        let sound = try Data(contentsOf: file)
        var random = RandomStream(seed: 3)
        for _ in 0..<400 {
            var damaged = sound
            // Where the rows are, more often than not.
            let place = random.index(below: sound.count)
            damaged[place] = UInt8(random.index(below: 256))
            try damaged.write(to: file)
            #expect(try places.store.list().count == 3)
            _ = try places.store.search("hello")
        }
        try FileManager.default.removeItem(at: file)
        #expect(try places.store.search("hello").count == 3)
    }

    @Test("a session whose name came decomposed is opened under the composed one")
    func decomposedName() throws {
        let session = try places.store.create(
            "여행", generator: generator, settings: quickSettings)
        try session.say("hello")
        session.close()
        let file = try places.store.url("여행")
        let folder = places.places.sessionsFolder.path
        let decomposed = "\(folder)/" + "여행.jsonl".decomposedStringWithCanonicalMapping
        #expect(rename(file.path, decomposed) == 0)
        #expect(try places.store.latest() == "여행")
        #expect(try places.store.list().first?.turnCount == 1)
        #expect(try places.store.open("여행", generator: generator).turnCount == 1)
        // One that has a composed twin is left alone.
        try FileManager.default.copyItem(atPath: file.path, toPath: decomposed)
        #expect(try places.store.names() == ["여행"])
    }

    @Test("a file that begins with a zero byte but holds something is not taken for empty")
    func zeroThenText() throws {
        let session = try places.store.create("odd", generator: generator, settings: quickSettings)
        try session.say("hello")
        session.close()
        let file = try places.store.url("odd")
        let text = Data("\0{\"charchat\":1,\"hello\": words}".utf8)
        try text.write(to: file)
        #expect(throws: TranscriptError.self) {
            try places.store.open("odd", generator: generator)
        }
        #expect(try Data(contentsOf: file) == text)
    }

    @Test("the list follows the files, whatever became of the index")
    func list() throws {
        try save("a", "first line", "second")
        try save("b", "안녕")
        #expect(try places.store.latest() == "b")
        #expect(try places.store.list().map(\.name) == ["b", "a"])
        #expect(try places.store.list().map(\.turnCount) == [1, 2])
        #expect(try places.store.list()[1].opening == "first line")
        try Data("garbage".utf8).write(to: places.places.sessionIndexFile)
        #expect(try places.store.list().map(\.name) == ["b", "a"])
        #expect(try permissions(places.places.sessionIndexFile) == 0o600)
        try FileManager.default.removeItem(at: places.places.sessionIndexFile)
        #expect(try places.store.list().map(\.name) == ["b", "a"])
        try Data("x\n".utf8).write(to: try places.store.url("broken"))
        #expect(try places.store.list().first { $0.name == "broken" }?.problem != nil)
        try places.store.delete("a")
        try places.store.delete("broken")
        #expect(try places.store.list().map(\.name) == ["b"])
    }

    @Test("search finds what either side said, in any letter case, Hangul by the syllable")
    func search() throws {
        let turns = try save("a", "My Dog is Rex", "도시는 부산이야")
        try save("b", "nothing")
        #expect(try places.store.search("dog is").map(\.name) == ["a"])
        #expect(try places.store.search("부산").first?.excerpt.contains("부산") == true)
        #expect(try places.store.search(String(turns[0].reply.prefix(8))).first?.name == "a")
        #expect(try places.store.search("100%_'\"").isEmpty)
        #expect(try places.store.search("").isEmpty)
        try places.store.delete("a")
        #expect(try places.store.search("dog").isEmpty)
        let index = try Data(contentsOf: places.places.sessionIndexFile)
        #expect(index.range(of: Data("dog is rex".utf8)) == nil)
    }

    @Test(
        "sessions are searched by the rules of a corpus: widths, ligatures, marks, what is not seen"
    )
    func folding() throws {
        try save("a", "a ＷＩＤＥ café with ﬁsh", "ฉันเลี้ยงแมว 👍🏽")
        for text in ["wide", "ｗｉｄｅ CAFE", "fi\u{AD}sh", "แมว", "👍"] {
            #expect(try places.store.search(text).map(\.name) == ["a"], "\(text)")
        }
        #expect(try places.store.search("fish").first?.excerpt == "a ＷＩＤＥ café with ﬁsh")
        #expect(try places.store.search("\u{301}\u{200B}").isEmpty)
    }

    @Test("a name in another Unicode form is the same name")
    func decomposedNames() throws {
        try save("민준", "xyzzy")
        #expect(try places.store.search("xyzzy").count == 1)
        try places.store.rename("민준".decomposedStringWithCanonicalMapping, to: "서연")
        #expect(try places.store.search("xyzzy").map(\.name) == ["서연"])
        try places.store.delete("서연".decomposedStringWithCanonicalMapping)
        let index = try Data(contentsOf: places.places.sessionIndexFile)
        #expect(index.firstRange(of: Data("xyzzy".utf8)) == nil)
    }

    @Test("a setting changed before the first turn of a saved header stays with the session")
    func headerOnly() throws {
        try save("a", "x")
        let url = try places.store.url("a")
        let header = try Data(contentsOf: url).prefix(while: { $0 != 0x0A })
        try (header + [0x0A]).write(to: url)
        let session = try places.store.open("a", generator: generator)
        try session.set(.seed(77))
        try session.say("x")
        session.close()
        let transcript = try places.store.transcript("a")
        #expect(transcript.settings.seed == 77)
        let report = try Replay.verify(transcript, generator: generator)
        #expect(report.isExact)
    }

    @Test("a file that only begins like JSON is not taken for an empty session")
    func foreignFiles() throws {
        let url = try places.store.url("a")
        try save("b", "x")
        for foreign in ["{\"model\":5}", "{\"messages\": [", "{\"m"] {
            try Data(foreign.utf8).write(to: url)
            #expect(throws: TranscriptError.self) {
                try places.store.open("a", generator: generator)
            }
            #expect(FileManager.default.fileExists(atPath: url.path))
        }
    }

    @Test("only a name as charchat makes them counts as one from the date")
    func datedNames() throws {
        for (name, isDated) in [
            ("2026-11-23-154229", true), ("2026-11-23-154229-2", true),
            ("2026-11-23 12 friends", false), ("2026-11-23", false),
        ] {
            let session = try places.store.create(
                name, generator: generator, settings: quickSettings)
            #expect(session.hasDatedName == isDated, "\(name)")
            session.close()
        }
        let unnamed = try places.store.create(nil, generator: generator, settings: quickSettings)
        #expect(unnamed.hasDatedName)
        unnamed.close()
    }

    @Test("delete leaves nothing of a session")
    func delete() throws {
        try save("a", "x")
        try places.store.delete("a")
        #expect(
            try FileManager.default.contentsOfDirectory(
                atPath: places.places.sessionsFolder.path) == [])
    }

    @Test("ten thousand sessions are listed and searched")
    func scale() throws {
        try save("a", "needle in the first")
        let bytes = try Data(contentsOf: try places.store.url("a"))
        for i in 0..<10_000 { try bytes.write(to: try places.store.url("copy \(i)")) }
        #expect(try places.store.list().count == 10_001)
        #expect(try places.store.search("needle").count == 50)
        #expect(try places.store.latest() != nil)
    }
}
