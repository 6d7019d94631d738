import ChatCore
import ChatCorpus
import ChatTraining
import Foundation
import Testing

@Suite struct CorpusTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    /// What opening a corpus of one file says.
    private func failure(_ name: String, _ bytes: some Sequence<UInt8>) throws -> CorpusError? {
        let file = try folder.write(name, bytes)
        do {
            _ = try EncodedCorpus.open(files: [file])
            return nil
        } catch let error as CorpusError {
            return error
        }
    }

    private func path(_ name: String) -> String {
        folder.url.appendingPathComponent(name).relativePath
    }

    // MARK: - Plain text

    @Test func plainTextIsReadAsWritten() throws {
        let file = try folder.write("a.txt", "To be,\nor not\tto be.\n")
        let corpus = try EncodedCorpus.open(files: [file])
        #expect(corpus.format == .text)
        #expect(corpus.fileNames == ["a.txt"])
        #expect(try corpus.text() == "To be,\nor not\tto be.\n")
    }

    @Test func aByteOrderMarkIsLeftOutAndLineEndsAreLineFeeds() throws {
        let file = try folder.write("a.txt", "\u{FEFF}one\r\ntwo\rthree\r\n")
        #expect(try EncodedCorpus.open(files: [file]).text() == "one\ntwo\nthree\n")
        let table = try folder.write("a.tsv", "\u{FEFF}q\ta\r\n\r\nr\tb")
        #expect(try EncodedCorpus.open(files: [table]).exchanges() == [["q|a"], ["r|b"]])
    }

    @Test func severalFilesAreOneTextWithALineFeedBetween() throws {
        let files = [
            try folder.write("a.txt", "one"), try folder.write("b.md", "two\n"),
            try folder.write("c", "three"),
        ]
        #expect(try EncodedCorpus.open(files: files).text() == "one\ntwo\nthree")
    }

    @Test func theHashIsThatOfTheBytes() throws {
        let file = try folder.write("a.txt", "abc")
        #expect(
            try EncodedCorpus.open(files: [file]).hash
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func textOfManyBlocksIsThatOfOne() throws {
        var random = RandomStream(seed: 3)
        var text = ""
        // Long runs without anything to cut at, line ends and scalars across every boundary.
        while text.utf8.count < 2_600_000 {
            switch random.index(below: 5) {
            case 0: text += String(repeating: "e\u{301}\u{316}", count: random.index(below: 3000))
            case 1: text += String(repeating: "\r\n", count: random.index(below: 3000))
            case 2: text += String(repeating: "가\u{11A8}", count: random.index(below: 3000))
            case 3: text += String(repeating: "क्षि", count: random.index(below: 3000))
            default: text += HostileText.random(&random, length: 200)
            }
        }
        let file = try folder.write("a.txt", text)
        let corpus = try EncodedCorpus.open(files: [file], alphabet: AlphabetTests.korean)
        let whole = EncodedCorpus(
            text: LineEnds.asLineFeeds(text), alphabet: AlphabetTests.korean)
        #expect(corpus.count == whole.count)
        #expect(try corpus.symbols(in: 0..<corpus.count) == whole.symbols(in: 0..<whole.count))
    }

    @Test func aByteThatIsNotUTF8IsNamedByItsOffset() throws {
        let bad: [[UInt8]] = [
            [0xFF], [0xC3], [0xC3, 0x28], [0xE2, 0x82], [0xC0, 0x80], [0xED, 0xA0, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0x80], [0xF0, 0x9F, 0x98],
        ]
        for bytes in bad {
            for length in [0, 1, 700, 1 << 20, (1 << 20) + 1, 3_000_000] {
                let start = [UInt8](repeating: 0x61, count: length)
                let error = try failure("bad.txt", start + bytes + [0x0A, 0x62])
                guard case .invalidUTF8(_, let offset, _)? = error else {
                    Issue.record("\(bytes) after \(length): \(String(describing: error))")
                    continue
                }
                #expect(offset == length)
            }
        }
        let mark = StringsOfBytes.byteOrderMark
        let marked = try failure("bad.txt", mark + [0x61, 0x62, 0xFF, 0x63])
        #expect(marked.map { "\($0)".contains("byte offset 5;") } == true)
        let table = try failure("bad.tsv", Array("a\tb\nc\t".utf8) + [0xFF, 0x0A])
        #expect(table.map { "\($0)".contains("byte offset 6;") } == true)
    }

    @Test func aCorpusThatCannotBeIsRefused() throws {
        #expect(throws: CorpusError.noFiles) { try EncodedCorpus.open(files: []) }
        let empty = #expect(throws: CorpusError.self) {
            try EncodedCorpus.open(files: [folder.url])
        }
        #expect(empty.map { "\($0)".contains("holds no file that is read") } == true)
        #expect(throws: CorpusError.missing(file: path("none.txt"))) {
            try EncodedCorpus.open(files: [folder.url.appendingPathComponent("none.txt")])
        }
        #expect(throws: CorpusError.notAFile(file: "/dev/null")) {
            try EncodedCorpus.open(files: [URL(fileURLWithPath: "/dev/null")])
        }
        #expect(try failure("a.txt", "".utf8) == .empty(file: path("a.txt")))
        #expect(try failure("a.txt", "\u{FEFF}".utf8) == .empty(file: path("a.txt")))
        #expect(try failure("a.txt", "x".utf8) == .singleCharacter(file: path("a.txt")))
        #expect(try failure("a.txt", "xxxxxxxx".utf8) == .singleCharacter(file: path("a.txt")))
        #expect(try failure("a.tsv", "\n\n".utf8) == .noDialogues(file: path("a.tsv")))
        let unanswered = #"{"messages":[{"role":"user","content":"hi"}]}"#
        #expect(try failure("a.jsonl", unanswered.utf8) == .noDialogues(file: path("a.jsonl")))
        for name in ["a.json", "a.gz", "a.PDF"] {
            guard case .unsupported? = try failure(name, "{}".utf8) else {
                Issue.record("\(name)")
                continue
            }
        }
        let text = try folder.write("t.txt", "ab")
        let table = try folder.write("d.tsv", "a\tb")
        let mixed = CorpusError.mixedFormats(text: text.relativePath, dialogue: table.relativePath)
        for files in [[text, table], [table, text]] {
            #expect(throws: mixed) { try EncodedCorpus.open(files: files) }
        }
    }

    @Test func everyErrorIsOneLineThatNamesTheFile() throws {
        let errors: [CorpusError?] = [
            try failure("a.txt", "".utf8), try failure("a.txt", [0xFF]),
            try failure("a.tsv", "no tab\n".utf8), try failure("a.jsonl", "[]".utf8),
            try failure("a.json", "[]".utf8),
        ]
        for error in errors {
            let text = "\(try #require(error))"
            #expect(!text.contains("\n"))
            #expect(text.hasPrefix(path("a.")), "\(text)")
        }
    }

    // MARK: - Dialogues

    @Test func messagesBecomeExchanges() throws {
        let lines = [
            #"{"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"hi"},{"role":"assistant","content":"hello","weight":1}]}"#,
            "",
            #"{"messages":[{"role":"user","content":"a"},{"role":"user","content":"b"},{"role":"assistant","content":"c"},{"role":"assistant","content":"d"},{"role":"user","content":"e"},{"role":"assistant","content":""},{"role":"user","content":"left"}],"id":3}"#,
            #"{"messages":[{"role":"assistant","content":"안녕"},{"role":"user","content":"x\r\ny"},{"role":"assistant","content":"\u0000z"}]}"#,
        ]
        let file = try folder.write("a.jsonl", lines.joined(separator: "\n"))
        let corpus = try EncodedCorpus.open(files: [file])
        #expect(corpus.format == .dialogue)
        #expect(
            try corpus.exchanges() == [
                ["hi|hello"], ["a\nb|c\nd"], ["x\ny|\u{0}z"],
            ])
    }

    @Test(arguments: [
        ("[1]", "[0] is not of the right type"), ("nonsense", "is not a JSON object"),
        ("{", "is not JSON"),
        ("{}", #"lacks "messages""#), (#"{"messages":{}}"#, "messages is not of the right type"),
        (#"{"messages":[{"content":"x"}]}"#, #"message 1 lacks a "role""#),
        (#"{"messages":[{"role":"user"}]}"#, #"message 1 lacks a "content""#),
        (#"{"messages":[{"role":"king","content":"x"}]}"#, "message 1 has a role other than"),
        (
            #"{"messages":[{"role":"user","content":5}]}"#,
            "messages[0].content is not of the right type"
        ),
        (#"{"messages":[5]}"#, "messages[0] is not of the right type"),
    ])
    func aLineThatIsNoDialogueIsNamedByItsNumber(line: String, problem: String) throws {
        let good =
            #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#
        let error = try failure("a.jsonl", "\(good)\n\n\(line)\n\(good)\n".utf8)
        guard case .line(_, let number, let found)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(number == 3)
        #expect(found.hasPrefix(problem), "\(found)")
    }

    @Test func aTableHasOneTabALine() throws {
        let file = try folder.write(
            "a.tsv", "capital of Spain?\tMadrid\n\n\tempty question\nand?\t\n")
        let corpus = try EncodedCorpus.open(files: [file])
        #expect(
            try corpus.exchanges() == [
                ["capital of Spain?|Madrid"]
            ])
        #expect(
            corpus.notes.first?.leftOut.map(\.what) == ["rows without a question or an answer"])
        for line in ["none", "a\tb\tc"] {
            let other = try EncodedCorpus.open(
                files: [try folder.write("b.tsv", "a\tb\n\(line)\n\"c\t\"d\n")])
            #expect(try other.exchanges() == [["a|b"], ["\"c|\"d"]])
            #expect(
                other.notes.first?.line.contains("rows without two columns (1, line 2)") == true)
        }
    }

    @Test func aTranscriptIsTheConversationAsItStoodAtTheEnd() throws {
        func say(_ user: String, _ reply: String, _ more: String = "") -> [String] {
            [
                #"{"role":"user","content":"\#(user)","previous":"x"}"#,
                #"{"role":"assistant","content":"\#(reply)"\#(more)}"#,
            ]
        }
        var lines = [#"{"charchat":1,"model":"abc","seed":1}"#]
        lines += say("a", "1") + say("b", "2") + [#"{"event":"undo","turns":1}"#]
        lines += say("c", "3") + [#"{"role":"assistant","content":"4","event":"regenerate"}"#]
        lines += [#"{"event":"set","setting":"temperature","value":0.5}"#]
        lines += say("d", "5") + [#"{"event":"undo","turns":2}"#, #"{"event":"redo","turns":2}"#]
        lines += say("cut", "sho", #","ended":"interrupted""#)
        lines += [#"{"role":"user","content":"taken back"}"#, #"{"event":"undo","turns":1}"#]
        lines += [#"{"event":"clear"}"#, #"{"event":"close"}"#]
        lines += say("e", "6") + [#"{"role":"user","content":"unanswered"}"#]
        let text = lines.joined(separator: "\n") + "\n" + #"{"role":"assistant","cont"#
        let file = try folder.write("s.jsonl", text)
        #expect(
            try EncodedCorpus.open(files: [file]).exchanges() == [["a|1", "c|4", "d|5"], ["e|6"]])
        for wrong in ["{", #"{"event":"of the future"}"#, #"{"event":"redo","turns":1}"#] {
            let text = "{\"charchat\":1}\n\(wrong)\n{\"event\":\"clear\"}\n"
            guard case .line(_, 2, _)? = try failure("t.jsonl", text.utf8) else {
                Issue.record("\(wrong)")
                continue
            }
        }
    }

    @Test func aLineWithoutAnEndIsRefusedBeforeItFillsTheMemory() throws {
        let error = try failure("a.tsv", "a\tb\n".utf8 + [UInt8](repeating: 0x61, count: 17 << 20))
        guard case .line(_, 2, let problem)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(problem.contains("16 MB"))
    }

    // MARK: - The alphabet learned

    @Test func aCorpusOfFewCharactersKeepsThemAll() throws {
        let file = try folder.write("a.txt", "aaaaab$\u{301}각")
        let corpus = try EncodedCorpus.open(files: [file])
        #expect(
            corpus.alphabet.scalars.map(\.value) == [
                0x24, 0x61, 0x62, 0x301, 0x1100, 0x1161, 0x11A8,
            ])
    }

    @Test func rareCharactersOfALargeAlphabetAreLeftToTheFallback() {
        var counts = ScalarCounts()
        for value in UInt32(0x4E00)..<0x4F00 {
            counts.add(String(repeating: scalar(value), count: 6))
        }
        counts.add("a" + scalar(0x5000) + String(repeating: scalar(0x5001), count: 5))
        let alphabet = counts.alphabet()
        #expect(alphabet.scalars.count == 258)
        #expect(alphabet.symbol(of: "a") != nil)
        #expect(alphabet.symbol(of: "\u{5000}") == nil)
        #expect(alphabet.symbol(of: "\u{5001}") != nil)
        #expect(counts.alphabet(cap: 100).scalars.count == 100)
    }

    private func scalar(_ value: UInt32) -> String {
        Unicode.Scalar(value).map { String($0) } ?? ""
    }
}

enum StringsOfBytes {
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
