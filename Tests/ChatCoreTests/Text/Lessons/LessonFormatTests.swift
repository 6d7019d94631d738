import ChatCore
import ChatCorpus
import ChatEvaluation
import Foundation
import Testing

@Suite("The format of lessons")
struct LessonFormatTests {
    func folder(_ files: [String: String]) throws -> URL {
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

    @Test("the lessons to begin from load, use each line, and answer")
    func starter() throws {
        let files = Dictionary(
            uniqueKeysWithValues: LessonStarter.files().map { ($0.path, $0.text) })
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
}
