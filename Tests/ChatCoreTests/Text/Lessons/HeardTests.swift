import ChatCore
import ChatCorpus
import ChatTraining
import Foundation
import Testing

@Suite("Statements that are said back whole")
struct HeardTests {
    /// How statements are answered, in all dialogues.
    static let replies = """
        [language]
        abstain: not told

        [heard]
        share: 100
        noted: Noted: "{said}".
        answer: You said: "{said}".
        unknown: You have not told me that.


        """
    private static let lessons =
        replies + """
            [heard home]
            The key is under the (blue|red) pot. | under the pot is the key!
            ? Where is the key? | what is under the pot
            ! Where is the cat?

            {@people} borrowed my ladder. | my ladder is with {@people}
            ? Who has my ladder? | what does {@people} have
            ! Who has my saw? | what does {@people.2} have
            """

    func load(_ text: String) throws -> LessonFolder {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("heard-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: url) }
        for (name, text) in [
            "a.txt": text, "lists/people.txt": "# closed\nAnna\nBob\nCarla\nDan\nEve",
        ] {
            let file = url.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return try LessonFolder.load(url)
    }

    /// The line between the quotation marks of a reply.
    func said(_ reply: String, after beginning: String) -> String? {
        guard reply.hasPrefix(beginning + "\""), reply.hasSuffix("\".") else { return nil }
        return String(reply.dropFirst(beginning.count + 1).dropLast(2))
    }

    @Test(
        "each reply holds the line that was typed, and a question gets one that was said before it")
    func repliesHoldTheLine() throws {
        var source = LessonSource(try load(Self.lessons), seed: 5)
        var seen: Set<String> = []
        for _ in 0..<400 {
            var heard: [String] = []
            for turn in source.nextAnnotated().turns {
                seen.insert(turn.kind)
                switch turn.kind {
                case "heard tell":
                    let line = try #require(turn.told.first)
                    #expect(turn.user.contains(line))
                    #expect(turn.isSpoiled || said(turn.reply, after: "Noted: ") == line)
                    heard.append(line)
                case "heard ask" where turn.isSpoiled:
                    // Another line, and not learned.
                    #expect(heard.contains(try #require(said(turn.reply, after: "You said: "))))
                case "heard ask":
                    let line = try #require(said(turn.reply, after: "You said: "))
                    #expect(heard.contains(line))
                    // Names are never misspelt.
                    let isLadder = ["anna", "bob", "carla", "dan", "eve"].contains {
                        line.lowercased().contains($0)
                    }
                    let question = turn.user.lowercased()
                    if question.contains("ladder") { #expect(isLadder, "\(turn)") }
                    if question.contains("pot") {
                        #expect(!isLadder || line.count > 40, "\(turn)")
                    }
                case "heard untold": #expect(turn.reply == "You have not told me that.")
                default: Issue.record("\(turn.kind) is not taught")
                }
            }
        }
        #expect(seen == ["heard tell", "heard ask", "heard untold"])
    }

    @Test("what was said last of one thing holds")
    func theLastHolds() throws {
        let only = """
            [heard one]
            my ladder is with {@people}
            ? who has my ladder
            """
        var source = LessonSource(try load(Self.replies + only), seed: 7)
        var changed = 0
        for _ in 0..<300 {
            var last: String?
            var count = 0
            for turn in source.nextAnnotated().turns {
                if let line = turn.told.first {
                    last = line
                    count += 1
                }
                if turn.isSpoiled { continue }
                if let line = said(turn.reply, after: "You said: ") {
                    #expect(line == last)
                    if count > 1 { changed += 1 }
                }
            }
        }
        #expect(changed > 10)
    }

    @Test("a line may go on, and what it corrects is no longer asked for")
    func chains() throws {
        let chain = """
            [heard one]
            {@people} visits me on Monday
            ? when does {@people} visit me
            + she brings her dog
            ? what does {@people} bring
            ~ no, on Tuesday
            ? when does {@people} come
            """
        var source = LessonSource(try load(Self.replies + chain), seed: 9)
        var corrected = 0
        for _ in 0..<300 {
            var heard: [String] = []
            for turn in source.nextAnnotated().turns {
                if let line = turn.told.first { heard.append(line.lowercased()) }
                guard !turn.isSpoiled,
                    let line = said(turn.reply, after: "You said: ")?.lowercased()
                else {
                    continue
                }
                #expect(heard.contains(line))
                if heard.contains(where: { $0.contains("no, ") }) {
                    corrected += 1
                    #expect(line.contains("no, "))
                }
            }
            if let goesOn = heard.firstIndex(where: { $0.contains("her") }) { #expect(goesOn > 0) }
        }
        #expect(corrected > 20)
    }

    @Test("a slip is at times what a statement gets, and no window teaches it")
    func slips() throws {
        let folder = try load(Self.lessons)
        var source = LessonSource(folder, seed: 3)
        var kinds: Set<String> = []
        var slips = 0
        for _ in 0..<200 {
            var again = source
            let next = again.nextToLearn()
            let learned = try #require(next)
            let turns = source.nextAnnotated().turns
            #expect(learned.spoiled == Set(turns.indices.filter { turns[$0].isSpoiled }))
            for turn in turns where turn.isSpoiled {
                kinds.insert(turn.kind)
                slips += 1
                #expect(turn.kind != "heard tell" || turn.reply != "Noted: \"\(turn.told[0])\".")
            }
        }
        #expect(kinds == ["heard tell", "heard ask"] && slips > 40)

        var counts = ScalarCounts()
        for text in folder.alphabetTexts { counts.add(text) }
        let alphabet = counts.alphabet()
        var windows = DialogueWindows(
            source: LessonSource(folder, seed: 3), alphabet: alphabet, batch: 1, time: 4096)
        var window = TrainingWindow(batch: 1, time: 4096)
        try windows.next(into: &window)
        source = LessonSource(folder, seed: 3)
        var (index, spoiled) = (0, 0)
        while index < 3500 {
            for turn in source.nextAnnotated().turns {
                index += 1 + alphabet.encode(turn.user).count
                for place in 0...alphabet.encode(turn.reply).count {
                    // The target of an input is the symbol behind it.
                    #expect(window.weights[index + place] == (turn.isSpoiled ? 0 : 1))
                    spoiled += turn.isSpoiled ? 1 : 0
                }
                index += alphabet.encode(turn.reply).count + 2
                guard index < 3500 else { break }
            }
        }
        #expect(spoiled > 20)
    }

    @Test("the held-out sets have none of it, so that they stay what they are")
    func onlyTraining() throws {
        var source = LessonSource(
            try load(Self.lessons + "\n[talk]\nHi.\n=> Hello."), seed: 5, split: .heldOutNames)
        for _ in 0..<50 {
            #expect(!source.nextAnnotated().turns.contains { $0.kind.hasPrefix("heard") })
        }
    }

    @Test("what has words of its own as well is told in one way, and never said to be untold then")
    func toldInOneWay() throws {
        let cat = """
            [told cat]
            values: ~latin
            tell: My cat is called {cat}.
            ask: What is my cat called?
            ack: A cat, {cat}.
            answer: It is {cat}.
            unknown: No cat was told.

            [heard cats]
            {@people} our cat naps.
            ? What is my cat called? | who naps
            ! What is my dog called?
            ~ {@people} is the one who naps.
            ? who naps

            """
        var source = LessonSource(try load(Self.lessons + "\n\n" + cat), seed: 5)
        var seen: Set<String> = []
        for _ in 0..<600 {
            var (heard, told) = (false, false)
            for turn in source.nextAnnotated().turns where !turn.isSpoiled {
                let (user, reply) = (turn.user.lowercased(), turn.reply)
                if turn.kind == "heard tell" {
                    heard = heard || user.contains("naps")
                    told = told || user.contains("cat is called")
                    seen.insert("heard")
                } else if reply.hasPrefix("A cat, ") {
                    told = true
                    seen.insert("told")
                } else if reply == "No cat was told." {
                    #expect(!heard, "\(turn)")
                    seen.insert("untold")
                } else if turn.kind == "heard untold" {
                    #expect(!user.contains("my cat called"), "\(turn)")
                }
                #expect(!heard || !told, "\(turn)")
            }
        }
        #expect(seen == ["heard", "told", "untold"])
    }

    @Test("a language without such lessons stands beside one that has them")
    func oneOfTwoLanguages() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("heard-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: url) }
        let told = """
            [told cat]
            values: ~latin
            tell: My cat is called {cat}.
            ask: What is my cat called?
            ack: {cat}.
            answer: {cat}.
            unknown: Not told.

            """
        for (name, text) in [
            "en/a.txt": told + Self.lessons, "ko/a.txt": told, "en/lists/people.txt": "Anna\nBob",
        ] {
            let file = url.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        var source = LessonSource(try LessonFolder.load(url), seed: 5)
        for _ in 0..<500 { #expect(!source.nextAnnotated().turns.isEmpty) }
    }

    @Test(
        "mistakes are named",
        arguments: [
            ("[heard a]\nhello", "no '?' line"),
            ("[heard a]\nhello\nI am here\n? where", "before this line has no '?' line"),
            ("[heard a]\nhello\n? who\n+\n? where", "nothing stands on this line"),
            ("[heard a]\n(a|{@people}) is here\n? is {@people} here", "every wording"),
            ("[heard a]\nhello\n? who", "needs a [heard] with share"),
            ("[heard a]\n? where is it", "no statement before it"),
            ("[heard a]\n+ he is there\n? where", "nothing stands before"),
            ("[heard a]\nI met {@people}. | I met her.\n? who is {@people}", "every wording"),
            ("[heard]\nnoted: a\nanswer: b\nunknown: c", "needs 'share:'"),
            (
                "[heard]\nshare: 5\nnoted: {line}\nanswer: b\nunknown: c",
                "{line} stands for nothing"
            ),
        ])
    func mistakes(_ text: String, _ problem: String) {
        #expect { try load(text) } throws: { "\($0)".contains(problem) }
    }
}
