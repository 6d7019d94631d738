import ChatCore
import ChatCorpus
import Foundation
import Testing

/// Files that are broken, hostile or of one person only: one clear line each.
@Suite struct BadFileTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func problem(
        _ name: String, _ bytes: some Sequence<UInt8>, as speaker: String? = nil
    ) throws -> String {
        let file = try folder.write(name, bytes)
        var options = CorpusOptions()
        options.speaker = speaker
        do {
            let preview = try CorpusPreview(files: [file], options: options, count: 9)
            Issue.record("\(name) was taken for \(preview.told)")
            return ""
        } catch let error as CorpusError {
            let text = "\(error)"
            #expect(!text.contains("\n"))
            return text
        }
    }

    @Test(arguments: [
        "messages.json", "sharegpt.json", "alpaca.json", "intents.json", "conversations.json",
        "telegram.json", "discord.json", "messenger.json", "messenger-secret.json", "slack.zip",
        "faq.csv.gz", "book.epub",
    ])
    func aFileThatIsCutShortIsRefused(name: String) throws {
        let whole = try Data(contentsOf: FormatSamples.url(name))
        for share in [0.97, 0.7, 0.4] {
            let cut = whole.prefix(Int(Double(whole.count) * share))
            let speaker = FormatSampleTests.chats.first { $0.file == name }?.speaker
            #expect(try !problem(name, cut, as: speaker).isEmpty)
        }
    }

    @Test(arguments: FormatSampleTests.pairs + FormatSampleTests.chats)
    func anySampleCutAnywhereIsReadOrRefused(sample: FormatSampleTests.Sample) throws {
        let whole = try Data(contentsOf: FormatSamples.url(sample.file))
        var options = CorpusOptions()
        options.speaker = sample.speaker
        var random = RandomStream(seed: 7)
        for round in 0..<60 {
            var bytes = [UInt8](whole.prefix(random.index(below: whole.count + 1)))
            if round % 2 == 1 {
                bytes = [UInt8](whole)
                for _ in 0..<4 {
                    bytes[random.index(below: bytes.count)] = UInt8(random.below(256))
                }
            }
            let file = try folder.write(sample.file, bytes)
            do {
                _ = try CorpusPreview(files: [file], options: options, count: 9)
            } catch let error as CorpusError {
                #expect(!"\(error)".contains("\n"))
            }
        }
    }

    @Test func aTableWithoutColumnsSaysSo() throws {
        #expect(try problem("a.csv", "one\ntwo\n".utf8).contains("has one column"))
        let wide = try problem("b.csv", "x,y,z\n1,2,3\n".utf8)
        #expect(wide.contains("has 3 columns (x, y, z)") && wide.contains("by name or number"))
        #expect(try problem("c.csv", "a,b\n\"open,d\n".utf8).contains("line 2: opens a quotation"))
        var options = CorpusOptions()
        options.columns = ["x", "w"]
        let file = try folder.write("d.csv", "x,y,z\n1,2,3\n")
        let error = #expect(throws: CorpusError.self) {
            try CorpusPreview(files: [file], options: options, count: 1)
        }
        #expect(error.map { "\($0)".contains("has no column 'w'; it has x, y, z") } == true)
    }

    @Test func jsonOfAnotherFormSaysWhatItHas() throws {
        #expect(try problem("a.json", #"{"name":"x","version":2}"#.utf8).contains("name, version"))
        #expect(try problem("b.json", "[]".utf8).contains("its list is empty"))
        #expect(try problem("c.json", "nonsense".utf8).contains("no JSON"))
        #expect(try problem("d.json", #"[{"id":1}]"#.utf8).contains("the keys id"))
        #expect(try problem("e.yml", "a: 1\n".utf8).contains("conversations"))
        #expect(try problem("f.yml", "conversations: [\n".utf8).contains("is not YAML"))
    }

    @Test func aWorkbookIsToBeSavedAsATable() throws {
        #expect(try problem("a.xlsx", "PK".utf8).contains("save its sheet as a .csv file"))
        #expect(try problem("a.pdf", "%PDF".utf8).contains("extract its text to a .txt file"))
    }

    @Test func whatHoldsNoTextSaysSo() throws {
        let page = try problem("a.html", "<html><body><script>var a = 1</body></html>".utf8)
        #expect(page.contains("HTML, as text, 0 lines; there is nothing to learn"))
        let mark = try problem("a.txt", [0xEF, 0xBB, 0xBF])
        #expect(mark.contains("there is nothing to learn"))
    }

    @Test func aChatOfOnePersonIsNoDialogue() throws {
        let text = "[2024-01-05, 21:01:11] Mina: a\n[2024-01-05, 21:02:11] Mina: b\n"
        #expect(try problem("a.txt", text.utf8).contains("in which only Mina (2) speaks"))
        let lines = "{\"date\":\"2024-01-05\",\"sender\":\"Mina\",\"body\":\"a\"}\n"
        #expect(try problem("a.jsonl", (lines + lines).utf8).contains("only Mina (2)"))
    }

    @Test func whatNestsTooDeepIsRefused() throws {
        let deep = String(repeating: "[", count: 100_000)
        #expect(try problem("a.json", deep.utf8).contains("nests deeper"))
        #expect(try problem("b.json", (#"{"messages":[{"role":"# + deep).utf8).contains("nests"))
        #expect(try problem("c.yml", ("conversations: " + deep).utf8).contains("not YAML"))
        let dashes = "conversations:\n" + String(repeating: "- ", count: 100_000) + "x\n"
        #expect(try problem("d.yml", dashes.utf8).contains("not YAML"))
        let braces = String(repeating: #"{"a":"#, count: 100_000)
        #expect(try !problem("e.jsonl", braces.utf8).isEmpty)
    }

    @Test func aBombOfAliasesDoesNotGoOff() throws {
        var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<30 {
            let before = String(repeating: "*a\(level - 1), ", count: 9) + "*a\(level - 1)"
            yaml += "a\(level): &a\(level) [\(before)]\n"
        }
        yaml += "conversations: *a29\n"
        #expect(try !problem("bomb.yml", yaml.utf8).isEmpty)
    }

    @Test func anArchiveThatUnpacksToFarMoreThanATextIsRefused() throws {
        // A megabyte of zeros in a thousand bytes of gzip, again and again.
        let stream = try GzipSample.zeros(megabytes: 1)
        let bytes = (0..<300).flatMap { _ in stream }
        #expect(try problem("bomb.txt.gz", bytes).contains("unpacks to far more"))
    }

    @Test func anArchiveInAnArchiveIsRefused() throws {
        let inner = try Data(contentsOf: FormatSamples.url("faq.csv.gz"))
        let outer = GzipSample.stored(Array(inner))
        #expect(try problem("nested.csv.gz", outer).contains("archive in an archive"))
        #expect(try problem("a.zip", "PK no".utf8).contains("damaged or cut short"))
        #expect(try problem("a.gz", "text".utf8).contains("not what gzip writes"))
    }

    @Test func aMillionTinyMessagesAreManyDialogues() throws {
        var text = ""
        for minute in 0..<200_000 {
            text +=
                "[2024-01-05, 21:\(10 + minute % 50):11] \(minute % 2 == 0 ? "Jun" : "Mina"): a\n"
        }
        let file = try folder.write("many.txt", text)
        var options = CorpusOptions()
        options.speaker = "Mina"
        let preview = try CorpusPreview(files: [file], options: options, count: 1)
        #expect(preview.notes.first?.turns == 100_000)
        #expect(preview.notes.first?.dialogues == 1_000)
    }
}

/// gzip streams made by hand.
enum GzipSample {
    /// One stored block after another (RFC 1951), which needs no compressor.
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
        var rest = bytes[...]
        repeat {
            let part = rest.prefix(65_535)
            rest = rest.dropFirst(part.count)
            let count = UInt16(part.count)
            out += [rest.isEmpty ? 1 : 0, UInt8(count & 255), UInt8(count >> 8)]
            out += [UInt8(~count & 255), UInt8(~count >> 8)]
            out += part
        } while !rest.isEmpty
        return out + trailer(bytes)
    }

    private static func trailer(_ bytes: [UInt8]) -> [UInt8] {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        crc = ~crc
        let size = UInt32(bytes.count)
        return [0, 8, 16, 24].map { UInt8(crc >> $0 & 255) }
            + [0, 8, 16, 24].map { UInt8(size >> $0 & 255) }
    }

    /// Zeros, packed by the system's gzip.
    static func zeros(megabytes: Int) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "head -c \(megabytes << 20) /dev/zero | gzip -9 -n"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Array(data)
    }
}
