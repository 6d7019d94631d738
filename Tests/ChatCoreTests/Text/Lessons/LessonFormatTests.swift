import ChatCore
import ChatCorpus
import ChatEvaluation
import Foundation
import Testing

@Suite("The format of lessons")
struct LessonFormatTests {
    private func folder(_ files: [String: String]) throws -> URL {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("lessons-\(UUID().uuidString)")
        for (name, text) in files {
            let file = url.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return url
    }

    private func replies(_ files: [String: String], count: Int = 60) throws -> [String: Set<String>]
    {
        let url = try folder(files)
        defer { try? FileManager.default.removeItem(at: url) }
        var source = LessonSource(try LessonFolder.load(url), seed: 3, difficulty: 0)
        var replies: [String: Set<String>] = [:]
        for _ in 0..<count {
            for turn in source.nextAnnotated().turns {
                replies[turn.kind, default: []].insert(turn.reply)
            }
        }
        return replies
    }

    @Test(
        "the alphabet has the characters that only replies hold, once each, and no more of others")
    func alphabetOfReplies() throws {
        let lessons = "[unknown]\nask: What is that?\nreply: "
        func texts(_ reply: String) throws -> [String] {
            let url = try folder(["a.txt": lessons + reply])
            defer { try? FileManager.default.removeItem(at: url) }
            return try LessonFolder.load(url).alphabetTexts
        }
        let (plain, rare) = (try texts("no"), try texts("Жn♪Ж"))
        #expect(!plain.joined().contains("Ж"))
        #expect(rare == plain + ["Ж♪"])
    }

    @Test(
        "a slot that stands for nothing is named with its line and the slots there are",
        arguments: [
            (
                "[told name]\nvalues: ~latin\ntell: I am {nam}.\nack: A {name}.\nanswer: A {name}.\nunknown: A.",
                3, "{nam}", "{name}, {name.and}"
            ),
            (
                "[fact hours]\ntable: days\nask: When on {day}?\nanswer: At {hrs}.", 4, "{hrs}",
                "{day}, {hours}"
            ),
            (
                "[fact hours]\ntable: days\nask: Is it {hours}?\nanswer: At {hours}.", 3, "{hours}",
                "{day}"
            ),
            ("[topic days]\nand:\n  And {da}?", 3, "{da}", "{day}, {hours}"),
            ("[language]\nboth:\n  {first}. {secnd}", 3, "{secnd}", "{first}, {second}"),
            ("[talk]\nHello {who}.\n=> Hi.", 2, "{who}", "this line has none"),
            (
                "[session count]\nask: How many?\nanswer: {cont}.\nnone: None.", 3, "{cont}",
                "{count}"
            ),
        ])
    func mistypedSlot(_ lessons: String, line: Int, slot: String, known: String) throws {
        let url = try folder(["a.txt": lessons, "days.tsv": "day\thours\nMonday\t9 to 5\n"])
        defer { try? FileManager.default.removeItem(at: url) }
        #expect {
            try LessonFolder.load(url)
        } throws: { error in
            guard case LessonError.line("a.txt", line, let problem) = error else { return false }
            return problem.hasPrefix(slot) && problem.contains(known)
        }
    }

    @Test("the lessons to begin from load, use each line, and answer")
    func starter() throws {
        let files = Dictionary(uniqueKeysWithValues: LessonStarter.files.map { ($0.path, $0.text) })
        let url = try folder(files)
        defer { try? FileManager.default.removeItem(at: url) }
        var source = LessonSource(try LessonFolder.load(url), seed: 3)
        var said: Set<String> = []
        for _ in 0..<300 { said.formUnion(source.nextAnnotated().turns.map(\.reply)) }
        let (hours, nothing, table) = (
            said.contains("On Monday we are closed all day."),
            said.contains("You ordered nothing yet."),
            said.contains { $0.hasPrefix("Your table is number ") }
        )
        #expect(hours && nothing && table)
        let own = url.appendingPathComponent("heldout/own.jsonl")
        #expect(try DialogueSet(file: own).entries.count == 3)
        #expect(HeldOutDialogues.groups(try LessonFolder.load(url)).count >= 2)
    }

    @Test("the example of a shop's lessons loads and answers")
    func shop() throws {
        let url = ShippedLessons.folder.deletingLastPathComponent()
            .appendingPathComponent("examples/shop-lessons")
        var source = LessonSource(try LessonFolder.load(url), seed: 1)
        var replies: Set<String> = []
        for _ in 0..<200 { replies.formUnion(source.nextAnnotated().turns.map(\.reply)) }
        #expect(replies.contains("The croissant costs 1.60 euros."))
        #expect(replies.contains("The order is for someone you have not told me."))
    }

    @Test("the example of a library's lessons loads, and answers from tables and a scene")
    func library() throws {
        let url = ShippedLessons.folder.deletingLastPathComponent()
            .appendingPathComponent("examples/library-lessons")
        var source = LessonSource(try LessonFolder.load(url), seed: 1)
        var replies: Set<String> = []
        for _ in 0..<200 { replies.formUnion(source.nextAnnotated().turns.map(\.reply)) }
        #expect(replies.contains("On Monday we are closed all day."))
        #expect(replies.contains("You may keep an audiobook for two weeks."))
        #expect(replies.contains { $0.hasPrefix("You borrowed ") })
        #expect(!replies.contains { $0.contains("{") })
    }

    @Test("training now and then puts a filler in or leaves a word out, never in a told value")
    func looseWording() throws {
        let lesson = """
            [language]
            filler:
              truly
            may-drop:
              so
            [told cat]
            values: ~latin
            tell: My cat is so called {cat}.
            ask: What is my cat so called?
            ack: {cat}.
            answer: {cat}.
            unknown: Not told.
            """
        let url = try folder(["a.txt": lesson])
        defer { try? FileManager.default.removeItem(at: url) }
        var source = LessonSource(try LessonFolder.load(url), seed: 3)
        var (filled, dropped) = (0, 0)
        for turn in (0..<400).flatMap({ _ in source.nextAnnotated().turns }) {
            let words = turn.user.lowercased().split(separator: " ")
            if words.contains("truly") { filled += 1 }
            if turn.kind.hasPrefix("told"), !words.contains("so") { dropped += 1 }
            for value in turn.told { #expect(turn.user.contains(value)) }
        }
        #expect(filled > 20 && dropped > 2, "\(filled), \(dropped)")
    }

    @Test("Korean endings follow the last sound of the word before them")
    func endings() throws {
        let table = "말\t뜻\n봄\t1\n바다\t2\n길\t3\n"
        let lesson = """
            [fact 뜻]
            table: t
            ask: 뭐?
            answer: {말 은/는} {말 으로/로} {말 이에요/예요}
            """
        let replies = try replies(["a.txt": lesson, "t.tsv": table])["fact 뜻"]
        #expect(replies == ["봄은 봄으로 봄이에요", "바다는 바다로 바다예요", "길은 길로 길이에요"])
    }

    @Test("a choice left out leaves neither a doubled space nor one before a mark")
    func choices() throws {
        let url = try folder(["a.txt": "[talk]\nSay (it |)now( please|) (dear|)? => Yes."])
        defer { try? FileManager.default.removeItem(at: url) }
        var source = LessonSource(try LessonFolder.load(url), seed: 1, difficulty: 0)
        for _ in 0..<50 {
            for turn in source.nextAnnotated().turns {
                #expect(!turn.user.contains(" ?"), "\(turn.user)")
            }
        }
    }

    @Test("files with CRLF read as those with LF")
    func lineEndings() throws {
        let lesson = "[fact size]\ntable: t\nask:\n  How large?\nanswer: {name}: {size}.\n"
        let table = "name\tsize\nAda\t1\nBo\t2\n"
        func crlf(_ text: String) -> String { text.replacing("\n", with: "\r\n") }
        let plain = try replies(["a.txt": lesson, "t.tsv": table])
        #expect(plain["fact size"] == ["Ada: 1.", "Bo: 2."])
        #expect(try replies(["a.txt": crlf(lesson), "t.tsv": crlf(table)]) == plain)
    }

    @Test("phrasings that may be empty and columns without a cell end in no crash")
    func nothingToSay() throws {
        let lesson = """
            [language]
            filler: truly
            [talk]
            (|) => Yes.
            [fact size]
            table: t
            ask: How large is {name}?
            more: And how large?
            answer: {size}.
            [fact age]
            table: t
            ask: How old is {name}?
            more: And how old?
            answer: {age}.
            [topic t]
            and: And {name}?
            lost-attribute: What of {name}?
            [unknown]
            ask: Why?
            reply: No idea.
            """
        let url = try folder([
            "a.txt": lesson, "t.tsv": "name\tsize\tage\nAda\t1\t\nBo\t2\t\n",
        ])
        defer { try? FileManager.default.removeItem(at: url) }
        var source = LessonSource(try LessonFolder.load(url), seed: 3)
        var turns = 0
        for _ in 0..<400 { turns += source.nextAnnotated().turns.count }
        #expect(turns > 400)
    }

    @Test("text that is not UTF-8 is refused with the place of its first such byte")
    func notUTF8() throws {
        let url = try folder(["a.txt": ""])
        defer { try? FileManager.default.removeItem(at: url) }
        try (Data("[talk]\nHi".utf8) + Data([0xFF])).write(to: url.appendingPathComponent("a.txt"))
        #expect(
            throws: LessonError.folder(
                path: "a.txt", problem: "is not UTF-8 at byte offset 9; save the file as UTF-8")
        ) { try LessonFolder.load(url) }
    }

    @Test("the shipped lessons cover what they promise")
    func breadth() throws {
        let lessons = try ShippedLessons.load()
        #expect(lessons.courses.map(\.name) == ["en", "ko"])
        for course in lessons.courses {
            let counts = Dictionary(uniqueKeysWithValues: course.counts.map { ($0.what, $0.count) })
            #expect((counts["talk"] ?? 0) >= 180)
            #expect((counts["facts in cells"] ?? 0) >= 120 * 4 + 300 * 2)
            #expect((counts["told"] ?? 0) >= 22)
        }
    }

    @Test(
        "what is wrong is told with its file and line",
        arguments: [
            ("Hello => Hi", 1, "a lesson begins with a [kind name] line"),
            ("[talk]\n\nHello", 3, "the lines at the end have no '=> reply'"),
            ("[talk]\n=> Hi", 2, "a reply with no line before it"),
            ("[talk]\n(a|b => Hi", 2, "'(' is not closed"),
            ("[talk]\n{@none} => Hi", 2, "there is no list 'none' (lists/none.txt)"),
            ("[told x]\nvalues: ~latin", 1, "[told x] needs 'ack:'"),
            ("[session ever]", 1, "[session] is one of last, first, again, count"),
            (
                "[unknown]\nask: Why?\nreply:\n  One.\n  Two.", 5,
                "'reply' takes one line, so that replies stay consistent"
            ),
            (
                "[told x]\nvalues: ~latin * 3", 2,
                "'*': the weight after * is a whole number, 1 to 1000000"
            ),
            ("[talk]\n{@bare} => Hi", 2, "the list 'bare' (lists/bare.txt) is empty"),
            (
                "[talk]\n{@few(0-4)} => Hi", 2,
                "'few(0-4)' needs at least one value: a range such as (1-4)"
            ),
            (
                "[talk]\n{~number(1-99} => Hi", 2,
                "'~number(1-99' needs a range such as (1-99)"
            ),
            (
                "[talk]\n{~number(0-18446744073709551615)} => Hi", 2,
                "'~number(0-18446744073709551615)': numbers go up to 9223372036854775807"
            ),
            (
                "[talk]\n(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((( => Hi", 2,
                "choices nest more than 50 deep"
            ),
            ("[talk]\r\n\r\nHello", 3, "the lines at the end have no '=> reply'"),
        ])
    func errors(text: String, line: Int, problem: String) throws {
        let url = try folder([
            "a.txt": text, "lists/bare.txt": "# nothing yet\n", "lists/few.txt": "a\nb\n",
        ])
        defer { try? FileManager.default.removeItem(at: url) }
        #expect(throws: LessonError.line(file: "a.txt", line: line, problem: problem)) {
            try LessonFolder.load(url)
        }
    }

    @Test("long lists and many characters cost in proportion", arguments: [true, false])
    func linear(lists: Bool) throws {
        let clock = ContinuousClock()
        /// The lesser of two, which a busy machine disturbs little.
        func cost(_ count: Int) throws -> Duration {
            let values = (0..<count).map { "town \($0)\n" }.joined()
            let characters = String(
                String.UnicodeScalarView(
                    (0..<count).compactMap { Unicode.Scalar(UInt32(0x4E00 + $0)) }))
            let url = try folder(
                lists
                    ? [
                        "a.txt":
                            "[told town]\nvalues: towns\ntell: I live in {town}.\nack: Ah, {town}.\nask: Where do I live?\nanswer: In {town}.\nunknown: No.",
                        "lists/towns.txt": values,
                    ] : ["a.txt": "[talk]\nHello.\n=> Hi.\nBye.\n=> \(characters)"])
            defer { try? FileManager.default.removeItem(at: url) }
            return try (0..<2).map { _ in
                try clock.measure {
                    var source = LessonSource(try LessonFolder.load(url), seed: 1)
                    _ = source.nextAnnotated()
                }
            }.min() ?? .zero
        }
        // Ten times as many: a hundred times the work if each were compared with all.
        let (many, few) = (try cost(20_000), try cost(2_000))
        #expect(many < max(few, .milliseconds(20)) * 50, "\(few), \(many)")
    }

    @Test("a folder without lessons, a missing one, and a ragged table are refused")
    func folders() throws {
        let empty = try folder(["README.md": "nothing"])
        defer { try? FileManager.default.removeItem(at: empty) }
        #expect(throws: LessonError.self) { try LessonFolder.load(empty) }
        #expect(throws: LessonError.self) {
            try LessonFolder.load(empty.appendingPathComponent("none"))
        }
        let ragged = try folder(["a.txt": "[talk]\nHi => Hi", "t.tsv": "a\tb\n1\n"])
        defer { try? FileManager.default.removeItem(at: ragged) }
        #expect(
            throws: LessonError.line(
                file: "t.tsv", line: 2, problem: "1 cells, but the heading names 2 columns")
        ) { try LessonFolder.load(ragged) }
    }
}
