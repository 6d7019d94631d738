import ChatCore
import Foundation
import Testing

/// Files that were saved again by other programs, or that are damaged.
@Suite("A transcript that others touched")
struct DamagedTranscriptTests {
    let places: TemporaryPlaces
    let generator: ReplyGenerator

    init() throws {
        places = try TemporaryPlaces()
        generator = try TinyModel.generator()
    }

    /// A session of four turns, of which the third was regenerated; its bytes.
    private func talk(_ name: String = "talk") throws -> Data {
        let session = try places.store.create(name, generator: generator, settings: quickSettings)
        for text in ["one", "two", "three"] { try session.say(text) }
        try session.regenerate()
        try session.say("four")
        session.close()
        return try Data(contentsOf: try places.store.url(name))
    }

    private func lines(_ bytes: Data) -> [Data] {
        bytes.split(separator: UInt8(ascii: "\n")).map { Data($0) }
    }

    private func joined(_ lines: [Data], _ lineEnd: String = "\n") -> Data {
        Data(lines.map { $0 + Data(lineEnd.utf8) }.joined())
    }

    @Test(
        "line ends, blank lines and a byte order mark of an editor change nothing",
        arguments: [
            "crlf", "cr", "bom", "blank at the end", "blank between", "all",
        ])
    func savedAgain(_ how: String) throws {
        let whole = try talk()
        let lines = lines(whole)
        let bom = Data([0xEF, 0xBB, 0xBF])
        let saved =
            switch how {
            case "crlf": joined(lines, "\r\n")
            case "cr": joined(lines, "\r")
            case "bom": bom + whole
            case "blank at the end": whole + Data("\n  \n".utf8)
            case "blank between": joined(lines, "\n\n")
            default: bom + joined(lines, "\r\n\r\n") + Data("\n".utf8)
            }
        let url = try places.store.url("talk")
        try saved.write(to: url)
        let before = try Transcript(whole, path: "f")
        let after = try Transcript(url)
        #expect(after.turns == before.turns && after.notice == nil && after.isClosed)
        #expect(try SalvagedTranscript(url).problem == nil)
        let session = try places.store.open("talk", generator: generator)
        #expect(session.takeNotices() == [])
        try session.say("five")
        _ = try session.fork(as: "copy").close()
        session.close()
        for name in ["talk", "copy"] {
            let report = try Replay.verify(
                try places.store.transcript(name), generator: generator)
            #expect(report.isExact && report.verified == 6)
        }
    }

    @Test("of a file damaged anywhere all whole messages are kept, and what is lost is told")
    func damagedAnywhere() throws {
        let whole = lines(try talk())
        let url = try places.store.url("talk")
        let before = try Transcript(url)
        for damaged in 1..<whole.count {
            var lines = whole
            lines[damaged] = lines[damaged].prefix(lines[damaged].count / 2)
            try joined(lines).write(to: url)
            #expect(throws: TranscriptError.self) { try places.store.transcript("talk") }
            let salvaged = try places.store.salvage("talk")
            #expect(salvaged.lostLines == [damaged + 1])
            let said = Set(salvaged.transcript.turns.map(\.reply))
            let missing = before.turns.filter { !said.contains($0.reply) }
            #expect(missing.count <= 1, "line \(damaged + 1)")
            // What stands before it can be proved as ever.
            let made = try places.store.repair("talk") { generator.model.hash }
            let report = try Replay.verify(
                try places.store.transcript(made.name), generator: generator)
            #expect(report.isExact && report.imported == salvaged.unprovable)
            #expect(made.lostLines == [damaged + 1] && made.unprovable == salvaged.unprovable)
            #expect(report.isClosed)
            #expect(try Data(contentsOf: url) == joined(lines))
            let session = try places.store.open(made.name, generator: generator)
            try session.say("more")
            session.close()
            #expect(
                try Replay.verify(places.store.transcript(made.name), generator: generator).isExact)
            try places.store.delete(made.name)
        }
    }

    @Test("lines that are gone, doubled or edited cost no others")
    func linesGone() throws {
        let whole = lines(try talk())
        let before = try Transcript(joined(whole), path: "f")
        for changed in [
            whole.prefix(3) + whole.dropFirst(5),
            whole.prefix(4) + whole[3...3] + whole.dropFirst(4),
        ] as [ArraySlice<Data>] {
            let salvaged = try SalvagedTranscript(joined(Array(changed)), path: "f")
            #expect(salvaged.problem != nil)
            let said = Set(salvaged.transcript.turns.map(\.reply))
            #expect(before.turns.filter { !said.contains($0.reply) }.count <= 1)
        }
        // Without its first line nothing tells the model.
        let headless = try SalvagedTranscript(
            joined([Data("{\"char".utf8)] + whole.dropFirst()), path: "f")
        #expect(headless.transcript.turns.map(\.reply) == before.turns.map(\.reply))
        #expect(headless.unprovable == 5)
    }

    @Test("an undo behind the damage takes back nothing before it")
    func undoBehindDamage() throws {
        let session = try places.store.create("u", generator: generator, settings: quickSettings)
        for text in ["one", "two", "three"] { try session.say(text) }
        try session.undo()
        session.close()
        var lines = lines(try Data(contentsOf: try places.store.url("u")))
        lines.removeSubrange(5...6)
        let salvaged = try SalvagedTranscript(joined(lines), path: "f")
        #expect(salvaged.transcript.turnCount == 2)
    }

    @Test("a whole one is not repaired, another file is none of charchat's")
    func refusals() throws {
        _ = try talk()
        #expect(throws: SessionError.notDamaged("talk")) {
            try places.store.repair("talk") { "" }
        }
        #expect(throws: TranscriptError.self) {
            try SalvagedTranscript(Data("a shopping list\n".utf8), path: "f")
        }
        #expect(throws: TranscriptError.self) { try SalvagedTranscript(Data(), path: "f") }
    }

    // MARK: - Changed while it is open

    enum Deed: CaseIterable {
        case emptied, cut, appendedTo, edited, newlineDropped, moved, removed, linkedAndRemoved
        case replaced, folderMoved
    }

    private func commit(_ deed: Deed, _ url: URL) throws {
        let files = FileManager.default
        func write(_ change: (inout Data) -> Void) throws {
            var data = try Data(contentsOf: url)
            change(&data)
            let handle = try FileHandle(forWritingTo: url)
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: data)
            try handle.close()
        }
        let aside = url.deletingLastPathComponent().appendingPathComponent("aside")
        switch deed {
        case .emptied: try write { $0 = Data() }
        case .cut: try write { $0 = $0.prefix($0.count / 2) }
        case .appendedTo: try write { $0 += Data("garbage".utf8) }
        case .edited: try write { $0[$0.count / 2] ^= 1 }
        case .newlineDropped: try write { $0.removeLast() }
        case .moved: try files.moveItem(at: url, to: aside)
        case .removed: try files.removeItem(at: url)
        case .linkedAndRemoved:
            try files.linkItem(at: url, to: aside)
            try files.removeItem(at: url)
        case .replaced:
            try files.moveItem(at: url, to: aside)
            try Data("another".utf8).write(to: url)
        case .folderMoved:
            let folder = url.deletingLastPathComponent()
            try files.moveItem(
                at: folder, to: folder.deletingLastPathComponent().appendingPathComponent("old"))
        }
    }

    @Test(
        "an open session heals whatever happens to its file, and says so", arguments: Deed.allCases)
    func heals(_ deed: Deed) throws {
        let session = try places.store.create("d", generator: generator, settings: quickSettings)
        try session.say("one")
        _ = session.takeNotices()
        // The clock of a file system has ticks.
        usleep(20_000)
        try commit(deed, try places.store.url("d"))
        try session.say("two")
        #expect(session.takeNotices().count == 1, "told at once")
        try session.say("three")
        #expect(session.takeNotices() == [])
        #expect(session.isOnDisk && session.close())
        let transcript = try Transcript(try #require(session.url))
        #expect(transcript.turnCount == 3 && transcript.isClosed)
        #expect(try Replay.verify(transcript, generator: generator).verified == 3)
        let isFree = ![.emptied, .cut, .appendedTo, .edited, .newlineDropped, .replaced]
            .contains(deed)
        #expect(session.name == (isFree ? "d" : "d-2"))
    }

    @Test(
        "one in which nothing more is said is compared when it is left", arguments: Deed.allCases)
    func left(_ deed: Deed) throws {
        _ = try talk("d")
        let session = try places.store.open("d", generator: generator)
        usleep(20_000)
        try commit(deed, try places.store.url("d"))
        #expect(session.close())
        #expect(session.takeNotices().count == 1)
        let transcript = try Transcript(try #require(session.url))
        #expect(transcript.turns == session.turns && transcript.isClosed)
        #expect(try Replay.verify(transcript, generator: generator).verified == 5)
    }

    @Test(
        "another name is for what was said, not for what has the old one", arguments: Deed.allCases)
    func renamed(_ deed: Deed) throws {
        let session = try places.store.create("d", generator: generator, settings: quickSettings)
        try session.say("one")
        usleep(20_000)
        try commit(deed, try places.store.url("d"))
        try session.rename(to: "e")
        #expect(session.takeNotices().count == 1, "told at once")
        #expect(session.isOnDisk && session.close() && session.takeNotices() == [])
        #expect(session.name == "e")
        #expect(try places.store.transcript("e").turns == session.turns)
    }

    @Test("a file that is only touched or linked stays as it is")
    func touched() throws {
        let session = try places.store.create("t", generator: generator, settings: quickSettings)
        try session.say("one")
        let url = try places.store.url("t")
        usleep(20_000)
        try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: url.path)
        try FileManager.default.linkItem(at: url, to: places.folder.appendingPathComponent("link"))
        try session.say("two")
        #expect(session.takeNotices() == [])
        session.close()
        #expect(try Transcript(url).turnCount == 2)
    }

    @Test("a file of no sensible size is refused and can be deleted")
    func sparse() throws {
        _ = try talk("huge")
        let url = try places.store.url("huge")
        #expect(truncate(url.path, 1 << 42) == 0)
        let tooLarge = StorageError.tooLarge(path: url.path, bytes: 1 << 42, limit: 1 << 30)
        #expect(throws: tooLarge) { try Transcript(url) }
        #expect(throws: tooLarge) { try places.store.open("huge", generator: generator) }
        try places.store.delete("huge")
        #expect(try !places.store.exists("huge"))
    }
}
