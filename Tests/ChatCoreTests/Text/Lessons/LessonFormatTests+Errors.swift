import ChatCore
import ChatCorpus
import Foundation
import Testing

/// What is refused, and how it is told.
extension LessonFormatTests {
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
            (
                "[language]\nabstain:\n  do not know\n  (not told", 4,
                "'(not told' is no regular expression"
            ),
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
