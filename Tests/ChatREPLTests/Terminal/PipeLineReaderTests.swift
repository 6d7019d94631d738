import ChatCore
import ChatREPL
import Foundation
import Testing

@Suite struct PipeLineReaderTests {
    /// Everything the reader makes of `bytes` up to the end.
    private func inputs(_ bytes: [UInt8]) throws -> [LineInput] {
        let pipe = Pipe()
        DispatchQueue.global().async {
            try? pipe.fileHandleForWriting.write(contentsOf: Data(bytes))
            try? pipe.fileHandleForWriting.close()
        }
        let reader = PipeLineReader(descriptor: pipe.fileHandleForReading.fileDescriptor)
        var result: [LineInput] = []
        while true {
            let input = reader.readLine(prompt: .message)
            if input == .end { return result }
            result.append(input)
        }
    }

    @Test func linesOfEveryEnding() throws {
        #expect(
            try inputs(Array("a\r\n\n안녕\nlast".utf8))
                == [.line("a"), .line(""), .line("안녕"), .line("last")])
        #expect(try inputs([]) == [])
    }

    @Test(arguments: ["\n", "\r\n", "\r", "\u{2028}", "\u{2029}"])
    func everyLineEndIsOne(end: String) throws {
        #expect(
            try inputs(Array("a\(end)\(end)안녕\(end)last".utf8))
                == [.line("a"), .line(""), .line("안녕"), .line("last")])
    }

    @Test func aLineThatIsNotUTF8IsToldWithItsPlaceAndTheNextIsRead() throws {
        let result = try inputs(Array("ok\nab".utf8) + [0xFF] + Array("\nnext\n".utf8))
        #expect(
            result == [
                .line("ok"), .unusable("Line 2 is not UTF-8 at its byte 3. It was not sent."),
                .line("next"),
            ])
    }

    @Test func whatCannotBeReadIsToldNotTakenForTheEnd() {
        let descriptor = open("/", O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        let reader = PipeLineReader(descriptor: descriptor)
        #expect(
            reader.readLine(prompt: .message)
                == .failed("cannot read standard input: Is a directory"))
    }

    @Test func aLineOfAMegabyteIsToldAndTheNextIsRead() throws {
        let result = try inputs([UInt8](repeating: 0x61, count: 1_000_000) + Array("\nnext".utf8))
        #expect(
            result == [
                .unusable("Line 1: \(MessageLimit.notice(1_000_000))"), .line("next"),
            ])
    }

    @Test func aLineAtTheLimitIsWhole() throws {
        let line = String(repeating: "x", count: MessageLimit.byteCount)
        #expect(try inputs(Array((line + "\n").utf8)) == [.line(line)])
    }

    @Test func nullBytesAreKept() throws {
        #expect(try inputs([0x61, 0, 0x62, 0x0A]) == [.line("a\0b")])
    }
}

@Suite struct JSONLineReaderTests {
    @Test func aFieldThatStandsTwiceIsRefused() {
        let lines = [
            #"{"user":"a"}"#, #"{"user":"a","user":"b"}"#,
            #"{"user":"a","x":{"y":1,"\u0079":2}}"#, #""a""#,
        ]
        let reader = JSONLineReader(
            ScriptedLineReader(lines.map { LineInput.line($0) }, screen: RecordingScreen()))
        let told = lines.map { _ in reader.readLine(prompt: .message) }
        #expect(
            told == [
                .line("a"),
                .unusable("Line 2 has the field 'user' twice. It was not sent."),
                .unusable("Line 3 has the field 'y' twice. It was not sent."),
                .line("a"),
            ])
    }
}

@Suite struct HistoryFileTests {
    @Test(arguments: [
        "plain", "two\nlines", "back\\slash", "\\n", "한글\\\n", "a\r\nb\rc", "\u{2028}\u{2029}\\L",
    ])
    func entriesComeBack(entry: String) {
        #expect(HistoryFile.unescaped(HistoryFile.escaped(entry)) == entry)
        #expect(!HistoryFile.escaped(entry).contains("\n"))
    }

    @Test func appendsAndLoadsPrivately() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let url = folder.appendingPathComponent("state/history")
        let file = try #require(HistoryFile(url: url, environment: [:]))
        #expect(file.load() == [])
        file.append("one")
        file.append("two\nlines")
        #expect(file.load() == ["one", "two\nlines"])
        let mode = try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test func aHistoryOfAnotherSystemHasItsEntries() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(
            UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: url) }
        try Data("\u{FEFF}old_one\r\nold_two\rold_three\n".utf8).write(to: url)
        let file = try #require(HistoryFile(url: url, environment: [:]))
        #expect(file.load() == ["old_one", "old_two", "old_three"])
        #expect(try file.remove { $0 == "old_two" } == 1)
        #expect(file.load() == ["old_one", "old_three"])
    }

    @Test func aFileThatIsTooLargeForAHistoryIsNoneAndStaysAsItIs() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(
            UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: url) }
        try Data("one\n".utf8).write(to: url)
        let handle = try FileHandle(forWritingTo: url)
        try handle.truncate(atOffset: 1 << 30)
        try handle.close()
        let file = try #require(HistoryFile(url: url, environment: [:]))
        #expect(file.load() == [])
        #expect(throws: StorageError.self) { try file.remove { _ in true } }
        let missing = HistoryFile(existing: URL(fileURLWithPath: "/nowhere/history"))
        #expect(try missing.remove { _ in true } == 0)
    }

    @Test func aHistoryThatIsCutBackIsNeverReadableForOthers() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let url = folder.appendingPathComponent("history")
        let victim = folder.appendingPathComponent("victim")
        try Data("mine".utf8).write(to: victim)
        // A link that somebody planted under the temporary name.
        try FileManager.default.createSymbolicLink(
            at: folder.appendingPathComponent(".history.\(getpid()).tmp"),
            withDestinationURL: victim)
        let lines = (0...2 * HistoryFile.capacity).map { "entry \($0)\n" }.joined()
        try Data(lines.utf8).write(to: url)
        chmod(url.path, 0o666)
        let file = try #require(HistoryFile(url: url, environment: [:]))
        #expect(file.load().count == HistoryFile.capacity)
        #expect(try String(contentsOf: victim, encoding: .utf8) == "mine")
        let mode = try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        #expect(file.load().last == "entry \(2 * HistoryFile.capacity)")
    }

    @Test func isNotKeptWhereUnwanted() {
        let url = URL(fileURLWithPath: "/nowhere/history")
        #expect(HistoryFile(url: url, environment: ["CHARCHAT_NOHISTORY": "1"]) == nil)
    }
}

@Suite struct OutputTests {
    @Test func aSlowReaderThatDoesNotBlockLosesNothing() throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        #expect(fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0)
        let text = String(repeating: "안녕 ", count: 100_000)
        let reading = DispatchSemaphore(value: 0)
        nonisolated(unsafe) var received = Data()
        DispatchQueue.global().async {
            usleep(100_000)
            received = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
            reading.signal()
        }
        try Output(descriptor: descriptor).write(text)
        try pipe.fileHandleForWriting.close()
        reading.wait()
        #expect(String(decoding: received, as: UTF8.self) == text)
    }

    @Test func aClosedReaderIsAnError() throws {
        Signals.ignoreFailingWrites()
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        #expect(throws: OutputError.closed) {
            try Output(descriptor: pipe.fileHandleForWriting.fileDescriptor).write("x")
        }
    }
}
