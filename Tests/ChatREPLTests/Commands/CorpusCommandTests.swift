import Foundation
import Testing

/// `charchat corpus show`, and other commands on people's files.
@Suite struct CorpusCommandTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws { home = try ExecutableHome() }

    private let chat = """
        [2024-01-05, 21:01:11] Jun: hello, call 0171 5550123
        [2024-01-05, 21:02:11] Mina: yes, Jun
        [2024-01-05, 21:03:11] Jun: bye
        [2024-01-05, 21:04:11] Mina: see you

        """

    @Test func aFileIsShownAsTrainingSeesIt() throws {
        let file = try write(chat, "chat.txt")
        let shown = try run("corpus", "show", file, "--as", "Mina", "--redact")
        #expect(
            shown.output == """
                \(file): WhatsApp chat (iOS), 2 turns in 1 dialogue

                >>> hello, call [number]
                yes, [name]
                >>> bye
                see you

                """, "\(shown)")
        let warning = "a small model can repeat"
        #expect(shown.error.components(separatedBy: warning).count == 2, "\(shown)")
        let bare = try run("corpus", "show", file, "--as", "Mina")
        #expect(bare.error == "", "\(bare)")
        let asked = try run("corpus", "show", file)
        #expect(asked.status == 1 && asked.output == "")
        #expect(asked.error.contains("to be: Jun (2), Mina (2) (--as NAME, or --plain"), "\(asked)")
        let plain = try run("corpus", "show", file, "--plain", "-n", "1")
        #expect(plain.output.contains("plain text, 4 lines"), "\(plain)")
    }

    @Test func standardInputIsReadOnce() throws {
        let shown = try run("corpus", "show", "-", input: "hello there\nand more\n")
        #expect(shown.output.contains("plain text, 2 lines"), "\(shown)")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        let output = Pipe()
        process.arguments = [
            "-c",
            "printf 'hello there\\nand more\\n' | '\(try Executable.url.path)' corpus show - -n 1",
        ]
        process.environment = environment
        process.standardOutput = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(
            String(decoding: said, as: UTF8.self)
                == "standard input: plain text, 2 lines\n\nhello there\n")
    }

    @Test func columnsThatAreNoTwoAreWrongUsage() throws {
        let file = try write("a,b\n", "a.csv")
        #expect(try run("corpus", "show", file, "--columns", "a").status == 64)
        let missing = try run("corpus", "show", file + "x")
        #expect(missing.status == 1 && missing.error.contains("no such file"), "\(missing)")
    }

    @Test func trainingTellsWhatItTookAFileForAndWhatIsHeldOut() throws {
        let table = (0..<30).map { "Question \($0),Answer \($0)\n" }.joined()
        let file = try write("q,a\n" + table + "broken\n", "faq.csv")
        let output = folder.url.path + "/faq.safetensors"
        let options = [
            "--preset", "tiny", "--threads", "1", "--batch", "2", "--window", "32", "--steps", "2",
        ]
        let trained = try Executable.run(
            ["train", file, "-o", output] + options, environment: environment)
        #expect(trained.status == 0, "\(trained)")
        #expect(
            trained.error.contains(
                "table, columns q and a, 30 turns; left out: rows without two columns (1, line 32)")
        )
        #expect(trained.error.contains("All 30 pairs are trained on"), "\(trained)")
        let held = try Executable.run(
            ["train", file, "-o", output, "--validation", "0.2"] + options, environment: environment
        )
        #expect(held.error.contains("6 of 30 dialogues"), "\(held)")
        let asked = try run("evaluate", "pairs", file, "-m", output, "--limit", "3", "--json")
        #expect(asked.status == 0 && asked.output.contains("\"alone\""), "\(asked)")
        let lines = try run("evaluate", "text", file, "-m", output, "--lines", "--json")
        #expect(lines.output.split(separator: "\n").count == 31, "\(lines)")
    }

    @Test func lessonsAreBegunAndMeasuredWith() throws {
        let cafe = folder.url.path + "/cafe"
        let made = try run("lessons", "new", cafe)
        #expect(made.status == 0 && made.output.contains("--show 5"), "\(made)")
        let again = try run("lessons", "new", cafe)
        #expect(again.status == 1 && again.error.contains("is there already"), "\(again)")
        let file = try write("x", "notes.txt")
        let below = try run("lessons", "new", file + "/cafe")
        #expect(below.status == 1, "\(below)")
        #expect(below.error.hasPrefix("charchat: cannot make ") && below.error.contains("/cafe"))
        #expect(below.error.hasSuffix("Not a directory\n") && below.error.count { $0 == "\n" } == 1)
        #expect(try run("train", cafe, "--show", "20").output.contains("You ordered"))
        let sets = try run("lessons", "heldout", cafe)
        #expect(sets.output.contains("memory-lessons.jsonl: 60 dialogues"), "\(sets)")
        #expect(try run("lessons", "heldout", cafe).status == 1)
        #expect(try run("lessons", "heldout", cafe, "--replace").output == sets.output)
        #expect(sets.error == "")
    }

    @Test func setsThatNoReplyCanPassAreTold() throws {
        #expect(try run("lessons", "new", folder.url.path + "/cafe").status == 0)
        let url = folder.url.appendingPathComponent("cafe/cafe.txt")
        let text = try String(contentsOf: url, encoding: .utf8)
        let without = text.replacing("abstain:\n  do not know|not told|nothing yet\n", with: "")
        #expect(without != text)
        _ = try write(without, "cafe/cafe.txt")
        let sets = try run("lessons", "heldout", folder.url.path + "/cafe")
        #expect(sets.status == 0 && sets.output.contains("60 dialogues"), "\(sets)")
        #expect(sets.error.contains(" turns have no right reply: "), "\(sets)")
    }

    @Test func whatWasKnownIsRehearsedOnlyByAModelThatKnewSomething() throws {
        let file = try write("a\tb\nc\td\n", "faq.tsv")
        let output = folder.url.path + "/faq.safetensors"
        let alone = try run("train", file, "-o", output, "--rehearse", "cafe")
        #expect(alone.status == 64 && alone.error.contains("--from"), "\(alone)")
    }

    @Test func searchReadsTheSameForms() throws {
        let file = try write(chat, "chat.txt")
        let found = try run("search", "bye", "--corpus", file)
        #expect(found.output.contains("bye"), "\(found)")
        let table = try write("q,a\nWhere is it?,In Mill Lane.\n", "faq.csv")
        #expect(try run("search", "where", "--corpus", table).output.contains("Mill Lane"))
        let wide = try write("id,Title,Body\n1,Where is it?,In Mill Lane.\n", "wide.csv")
        let refused = try run("search", "where", "--corpus", wide)
        #expect(refused.status == 1, "\(refused)")
        #expect(refused.error.contains("(--columns QUESTION,ANSWER)"), "\(refused)")
        let read = try run("search", "where", "--corpus", wide, "--columns", "Title,Body")
        #expect(read.output.contains("Mill Lane"), "\(read)")
        let other = try run("search", "where", "--corpus", wide, "--columns", "Title,id")
        #expect(other.status == 0 && !other.output.contains("Mill Lane"), "\(other)")
    }

    @Test func windowsAreWrittenForATrainingElsewhere() throws {
        let file = try write(String(repeating: "hello there. ", count: 100), "notes.txt")
        let shards = folder.url.path + "/shards"
        let options = ["--preset", "tiny", "--batch", "2", "--window", "16"]
        func writeShards(_ more: String...) throws -> Executable.Result {
            try Executable.run(["corpus", "write"] + more + options, environment: environment)
        }
        let written = try writeShards(file, "-o", shards)
        #expect(written.status == 0, "\(written)")
        #expect(written.output.contains("1,184 symbols in windows of 2 × 16"), "\(written)")
        let names = try FileManager.default.contentsOfDirectory(atPath: shards)
        #expect(names.contains("corpus.json") && names.contains("train-00000.safetensors"))

        let again = try writeShards(file, "-o", shards)
        #expect(again.status == 1 && again.error.contains("is there already"), "\(again)")
        #expect(try writeShards(file, "-o", shards + "2", "--validation", "2").status == 64)
        #expect(try writeShards(file, "-o", shards + "2", "--symbols", "0").status == 64)
        let missing = try writeShards(file + "x", "-o", shards + "2")
        #expect(missing.status == 1 && missing.error.contains("no such file"), "\(missing)")
        #expect(!FileManager.default.fileExists(atPath: shards + "2"))
    }

    @Test func lessonsAreWrittenForSoManySymbols() throws {
        let lessons = folder.url.appendingPathComponent("lessons")
        try FileManager.default.createDirectory(at: lessons, withIntermediateDirectories: true)
        _ = try write("[talk]\nPing. => Pong.\n", "lessons/talk.txt")
        let shards = folder.url.path + "/shards"
        let endless = try run("corpus", "write", lessons.path, "-o", shards)
        #expect(endless.status == 1 && endless.error.contains("(--symbols)"), "\(endless)")
        let written = try run(
            "corpus", "write", lessons.path, "-o", shards, "--symbols", "3000", "--preset",
            "tiny", "--batch", "2", "--window", "64", "--cell", "kda")
        #expect(written.status == 0, "\(written)")
        #expect(written.output.contains("3,072 symbols in windows of 2 × 64"), "\(written)")
    }
}
