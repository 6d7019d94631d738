import ChatCore
import Foundation
import Testing

@Suite("A transcript file")
struct TranscriptTests {
    let generator: ReplyGenerator
    let places: TemporaryPlaces

    init() throws {
        generator = try TinyModel.generator()
        places = try TemporaryPlaces()
    }

    /// A transcript with every kind of event, as bytes.
    private func sample() throws -> Data {
        let session = try places.store.create(
            "sample", generator: generator, settings: quickSettings)
        try session.say("hello")
        try session.say("가나 \"quoted\" \\ \u{1B}")
        try session.regenerate()
        try session.set(.temperature(0.3))
        try session.set(.seed(.max))
        try session.undo()
        try session.redo()
        try session.clear()
        try session.say("bye")
        session.close()
        return try Data(contentsOf: try places.store.url("sample"))
    }

    private func read(_ text: String) throws -> Transcript {
        try Transcript(Data(text.utf8), path: "t.jsonl")
    }

    private func lines(_ data: Data) -> [Substring] {
        String(decoding: data, as: UTF8.self).split(separator: "\n")
    }

    @Test("the lines are those of the contract, each with the hash of the one before")
    func contract() throws {
        let lines = lines(try sample())
        #expect(lines[0].hasPrefix("{\"charchat\":2,\"created\":\""))
        #expect(lines[0].contains("\"model\":\"\(generator.model.hash)\""))
        #expect(lines[0].contains("\"seed\":7,\"temperature\":0.9,\"top_p\":0.95"))
        #expect(
            lines[1].contains("\"content\":\"hello\"") && lines[1].contains("\"role\":\"user\""))
        #expect(lines.dropFirst().allSatisfy { $0.contains("\"previous\":\"") })
        #expect(try Transcript(try places.store.url("sample")).settings.seed == .max)
    }

    @Test("cut anywhere, it opens with all whole lines, and goes on")
    func cutAnywhere() throws {
        let whole = try sample()
        let url = try places.store.url("cut")
        for length in stride(from: 0, through: whole.count, by: 7) {
            try whole.prefix(length).write(to: url)
            let session = try places.store.open("cut", generator: generator)
            let kept = whole.prefix(length).count { $0 == UInt8(ascii: "\n") }
            // Right before a line's end the line is whole.
            let newline = UInt8(ascii: "\n")
            if length > 0, length < whole.count, whole[length - 1] != newline,
                whole[length] != newline
            {
                #expect(!session.takeNotices().isEmpty)
            }
            try session.say("more")
            session.close()
            let transcript = try places.store.transcript("cut")
            #expect(transcript.eventCount >= Swift.max(kept - 1, 0) + 2)
            #expect(transcript.notice == nil)
            try places.store.delete("cut")
        }
    }

    @Test("zero bytes at the end, as a power failure leaves them, are cut off")
    func zeros() throws {
        let whole = try sample()
        let transcript = try Transcript(whole + Data(count: 4096), path: "t.jsonl")
        #expect(transcript.notice != nil)
        #expect(transcript.eventCount == lines(whole).count - 1)
    }

    @Test("a line that is not whole is told with its number and its bytes")
    func oneByte() throws {
        let whole = try sample()
        let line = lines(whole).count + 1
        #expect(
            try Transcript(whole + Data("{".utf8), path: "t.jsonl").notice
                == .repaired(path: "t.jsonl", line: line, byteCount: 1)
        )
    }

    @Test("a number that is out of range is told from what is not JSON")
    func outOfRange() throws {
        for (seed, what) in [
            ("99999999999999999999999", "it has a number that is out of range"),
            ("", "it is not JSON"),
        ] {
            #expect(throws: TranscriptError.notTranscript(path: "t.jsonl", line: 1, what: what)) {
                try read("{\"charchat\":1,\"model\":\"m\",\"seed\":\(seed)}\n")
            }
        }
    }

    @Test("a changed byte in any line but the last breaks the chain or the line")
    func edited() throws {
        let whole = try sample()
        let last = whole.dropLast().lastIndex(of: UInt8(ascii: "\n")) ?? 0
        for index in stride(from: 0, to: last, by: 5) {
            var edited = whole
            edited[index] ^= 1
            #expect(throws: TranscriptError.self) { try Transcript(edited, path: "t.jsonl") }
        }
        let text = String(decoding: whole, as: UTF8.self).replacing("hello", with: "jello")
        #expect(throws: TranscriptError.brokenChain(path: "t.jsonl", line: 3)) { try read(text) }
    }

    @Test("what it cannot read is refused with the line")
    func refusals() throws {
        let head = "{\"charchat\":1,\"model\":\"m\",\"seed\":1}"
        let old = try read(head + "\n")
        #expect(old.turnCount == 0 && old.settings.lengthLimit == SessionSettings().lengthLimit)
        #expect(throws: TranscriptError.newerVersion(path: "t.jsonl", version: 3)) {
            try read("{\"charchat\":3}\n")
        }
        #expect(throws: TranscriptError.empty(path: "t.jsonl")) { try read("") }
        #expect(throws: TranscriptError.empty(path: "t.jsonl")) { try read("{\"charch") }
        for wrong in [
            "hello", "hello\n", "{}\n", "[1]\n", "\n", "{\"charchat\":0}\n", "{\"charchat\":1}\n",
            "{\"charchat\":1,\"model\":\"m\",\"seed\":-1}\n",
            "{\"charchat\":1,\"model\":\"m\",\"seed\":1,\"temperature\":-1}\n",
            "{\"charchat\":1,\"model\":\"m\",\"seed\":1,\"length_limit\":99999999}\n",
            "\u{FEFF}\(head)\n\(head)\n",
        ] {
            let error = #expect(throws: TranscriptError.self, "\(wrong)") { try read(wrong) }
            #expect(error?.description.contains("line") == true)
        }
    }

    @Test("what was said never stands in an error")
    func privacy() throws {
        let text = String(decoding: try sample(), as: UTF8.self)
            .replacing("\"content\":\"bye\"", with: "\"content\":[\"secret\"]")
        let error = #expect(throws: TranscriptError.self) { try read(text) }
        #expect(error?.description.contains("secret") == false)
        #expect(error?.description.contains("content") == true)
    }

    @Test("a snapshot that is stale, corrupt or of another model is not used")
    func snapshots() throws {
        _ = try sample()
        let url = places.places.sessionsFolder.appendingPathComponent("sample.states")
        let good = try Data(contentsOf: url)
        let fresh = try places.store.open("sample", generator: generator)
        let state = fresh.state
        fresh.close()
        for index in stride(from: 0, to: good.count, by: 41) {
            var damaged = good
            damaged[index] ^= 0x40
            try damaged.write(to: url)
            let session = try places.store.open("sample", generator: generator)
            #expect(session.state == state)
            session.close()
        }
    }
}
