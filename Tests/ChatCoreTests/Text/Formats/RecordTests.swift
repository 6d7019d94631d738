import ChatCore
import ChatCorpus
import Foundation
import Testing

/// JSON of messages and pairs in forms that the samples do not have.
@Suite struct RecordTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func read(_ name: String, _ text: String) throws -> CorpusPreview {
        try CorpusPreview(
            files: [try folder.write(name, text)], options: CorpusOptions(), count: 9)
    }

    private static let first =
        #"[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello."}]"#
    private static let second =
        #"[{"from":"human","value":"Bye"},{"from":"gpt","value":"See you."}]"#

    @Test(arguments: [
        ("a.json", first), ("b.json", "[\(first)]"), ("c.jsonl", first), ("d.json", " \n" + first),
    ])
    func aListOfMessagesIsAConversation(name: String, text: String) throws {
        let preview = try read(name, text)
        #expect(preview.exchanges == [["Hi|Hello."]])
        #expect(preview.told.contains("messages, 1 turn"), "\(preview.told)")
    }

    @Test(arguments: [
        ("a.json", "[\(first), \(second)]"), ("b.jsonl", "\(first)\n\(second)\n"),
        ("c.json", "\(first)\n\(second)\n"), ("d.json", "\(second)\n\(first)\n"),
    ])
    func manyListsAreManyConversations(name: String, text: String) throws {
        let pairs = Set(try read(name, text).exchanges)
        #expect(pairs == [["Hi|Hello."], ["Bye|See you."]])
    }

    @Test func linesSaidInTurnMayBeLinesOfAFile() throws {
        let preview = try read("a.jsonl", #"["Hi", "Hello."]"# + "\n" + #"["Bye", "See you."]"#)
        #expect(preview.exchanges == [["Hi|Hello."], ["Bye|See you."]])
        #expect(preview.told == "JSON lists of lines, 2 turns")
    }

    @Test func aListOfOtherThingsIsToldByItsPlace() throws {
        let error = #expect(throws: CorpusError.self) { try read("a.json", "[[1, 2]]") }
        #expect(
            error.map { "\($0)".hasSuffix("line 1: entry 1 [0] is not of the right type") } == true)
    }

    // MARK: What one of the two does not say

    @Test(arguments: ["null", "\"\"", "\" \""])
    func aPairWithoutAnAnswerOrAQuestionIsLeftOutAndCounted(nothing: String) throws {
        let objects = [
            #"{"question":"x","answer":\#(nothing)}"#, #"{"question":\#(nothing),"answer":"y"}"#,
            #"{"question":"When?","answer":"Now."}"#,
            #"{"instruction":"Do it.","output":\#(nothing)}"#,
            #"{"prompt":"p","completion":\#(nothing)}"#,
        ]
        let files = [
            ("a.json", "[" + objects.joined(separator: ",\n") + "]"),
            ("a.jsonl", objects.joined(separator: "\n")),
        ]
        for (name, text) in files {
            let preview = try read(name, text)
            #expect(preview.exchanges == [["When?|Now."]])
            #expect(
                preview.told.contains(
                    "pairs without a question or an answer (4, first in line 1)"),
                "\(preview.told)")
        }
    }

    @Test func whatIsNoPairIsStillRefused() throws {
        for text in [#"[{"user":"Mina","id":3}]"#, #"[{"name":"x"}]"#] {
            #expect(throws: CorpusError.self) { try read("a.json", text) }
        }
    }

    @Test(arguments: [
        (
            "a.jsonl",
            #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":""},"#
                + #"{"role":"user","content":"b"},{"role":"assistant","content":"c"}]}"#
        ),
        (
            "a.json",
            #"{"intents":[{"tag":"t","patterns":["b",""],"responses":["c"]}]}"#
        ), ("b.json", #"{"conversations":[["a",""],["b","c"]]}"#),
        ("c.yml", "conversations:\n- [a, '']\n- [b, c]\n"),
    ])
    func nobodyLearnsToBeSilent(name: String, text: String) throws {
        let preview = try read(name, text)
        #expect(preview.exchanges == [["b|c"]])
        #expect(preview.told.contains("pairs without a question or an answer (1"))
    }
}
