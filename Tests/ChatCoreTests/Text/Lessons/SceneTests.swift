import ChatCore
import ChatCorpus
import Foundation
import Testing

@Suite("Lessons with a scene")
struct SceneTests {
    private static let text = """
        [language]
        abstain:
          not told
        join-last: " and "
        both:
          {first}. {second}

        [scene]
        share: 100
        mine: my {as}
        yours: your {as}
        possessive: {who}'s
        named-reply: {name}
        me: I
        me-whose: my
        you: you
        you-whose: your
        the: the
        pronoun-she: she her
        also: And {who}?
        correct:
          No, {v}.
          Not {old}, {v}.
        corrected: all right, {line}
        restate: Actually, {tell}
        forget: Forget {topic}.
        forgotten: I have forgotten {topic}.
        yes: yes, {line}
        no: no, {line}
        nobody: you have not told me.
        how: How do you know?
        how-told: you told me.
        sum: Tell me about {who}.
        sum-me: What do you know about me?
        sum-none: you have not told me anything.

        [entity person]
        as-she: sister/sisters, mother, aunt
        names: ~latin
        by-name: yes
        pair: I have two {plural}, {a} and {b}.
        pair-ack: your {plural} are {a} and {b}.
        ask-pair: What are my {plural} called?
        count: How many {plural} do I have?
        counted: you have {n} {plural}: {list}.
        counted-one: you have one {as}: {list}.

        [attribute name]
        of: person
        values: ~latin
        tell: {whose} name is {v}.
        ask: What is {whose} name?
        say: {whose} name is {v}.
        unknown: {whose} name was not told.
        topic: {whose} name
        reverse: Who is {v}?
        reversed: {v} is {relation}.

        [attribute city]
        of: person me
        weight: 3
        values: ~latin
        tell: {who} lives in {v}.
        tell-me: I live in {v}.
        clause: lives in {v}
        ask: Where does {who} live?
        ask-me: Where do I live?
        say: {who} lives in {v}.
        say-me: you live in {v}.
        unknown: where {who} lives was not told.
        unknown-me: where you live was not told.
        topic: where {who} lives
        check: Does {who} live in {v}?
        reverse: Who lives in {v}?
        ask-short: And where?

        [attribute key]
        of: me the
        values: ~number(100-999)
        key: ~latin
        tell: {whose} {key} is {v}.
        ask: What is {whose} {key}?
        say: {whose} {key} is {v}.
        unknown: {whose} {key} was not told.
        topic: {whose} {key}

        [remark person]
        {who} is tired. => oh.

        [script sum]
        > What is {~number(2-9)} and {~number(2-9).2}?
        < {~number(2-9)} and {~number(2-9).2} is {=~number(2-9)+~number(2-9).2}.
        """

    private func turns(_ text: String = Self.text, count: Int = 400) throws -> [[LessonTurn]] {
        let folder = try TemporaryFolder()
        try folder.write("a.txt", text)
        var source = LessonSource(try LessonFolder.load(folder.url), seed: 5)
        return (0..<count).map { _ in source.nextAnnotated().turns }
    }

    @Test("every act of a scene takes place, and every reply is a whole sentence")
    func actsTakePlace() throws {
        let all = try turns().flatMap(\.self)
        let kinds = Set(all.map { $0.kind.split(separator: " ").prefix(2).joined(separator: " ") })
        for kind in [
            "scene tell", "scene pair", "scene remark", "scene ask", "scene untold", "scene short",
            "scene also", "scene check", "scene reverse", "scene correct", "scene forget",
            "scene count", "scene sum", "scene how", "scene nobody", "script sum",
        ] { #expect(kinds.contains(kind), "\(kind)") }
        for turn in all {
            #expect(!turn.reply.contains("{") && !turn.user.contains("{"), "\(turn)")
            #expect(turn.reply.first?.isLowercase == false, "\(turn.reply)")
        }
    }

    @Test("what is asked for is what was told last, and what was forgotten is not known")
    func repliesFollowTheScene() throws {
        let stated = /(?i)(your|the) ([^.,]+?) is ([0-9]{3})\./
        var asked = 0
        for dialogue in try turns() {
            var known: [String: String] = [:]
            for turn in dialogue {
                let facts = turn.reply.matches(of: stated).map {
                    ("\($0.1) \($0.2)".lowercased(), String($0.3))
                }
                if ["scene tell", "scene correct"].contains(where: turn.kind.hasPrefix) {
                    for (key, value) in facts { known[key] = value }
                } else {
                    for (key, value) in facts { #expect(known[key] == value, "\(turn)") }
                    asked += facts.count
                }
                if turn.kind == "scene untold key" || turn.kind == "scene forget" {
                    let words = String(turn.reply.lowercased().dropLast())
                    let key = words.replacing(" was not told", with: "")
                        .replacing("i have forgotten ", with: "")
                    if turn.kind == "scene untold key" { #expect(known[key] == nil, "\(turn)") }
                    known[key] = nil
                }
            }
        }
        #expect(asked > 100)
    }

    @Test("a remark changes nothing")
    func remarksStoreNothing() throws {
        for dialogue in try turns() {
            for (before, after) in zip(dialogue, dialogue.dropFirst())
            where before.kind == "scene remark" && after.kind == "scene ask city" {
                let value = after.accept[0]
                #expect(dialogue.contains { $0.told.contains { value.contains($0) } })
            }
        }
    }

    @Test("sums are computed", arguments: [("2+3", 5), ("7*8", 56), ("9-12", -3), ("2+3*4", 20)])
    func sums(text: String, result: Int) throws {
        let script = """
            [language]
            abstain: no

            [scene]
            share: 100
            mine: my {as}
            yours: your {as}
            possessive: {who}'s

            [script sum]
            > Now
            < {=\(text)}
            """
        let all = try turns(script, count: 5).flatMap(\.self)
        #expect(!all.isEmpty && all.allSatisfy { $0.reply == "\(result)" })
    }

    @Test(
        "what cannot be read is told with its file and line",
        arguments: [
            ("[script a]\n> hello", "does not end with a '<' reply"),
            ("[script a]\nhello", "begin with '>' or '<'"),
            ("[remark any]\n=> oh.", "a reply with no line before it"),
            ("[attribute a]\nof: me", "needs 'say-me:'"),
            ("[scene]\nmine: my {as}", "needs 'share:'"),
            ("[entity pet]\nnames: nowhere", "there is no list 'nowhere'"),
        ])
    func mistakes(text: String, problem: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("a.txt", text)
        #expect {
            _ = try LessonFolder.load(folder.url)
        } throws: { error in
            "\(error)".contains("a.txt, line ") && "\(error)".contains(problem)
        }
    }
}
