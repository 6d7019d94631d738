import ChatCore
import ChatCorpus
import Foundation
import Testing

@Suite struct RedactionTests {
    private func redacted(_ text: String, names: [String] = []) throws -> String {
        let folder = try TemporaryFolder()
        let file = try folder.write("a.txt", text + "\nend")
        var options = CorpusOptions()
        options.redaction = Redaction(names: names)
        return try CorpusPreview(files: [file], options: options, count: 1).lines.first ?? ""
    }

    @Test(arguments: [
        ("call +49 (171) 555-0123 now", "call [number] now"),
        ("call (02) 555-0123 or (0171 5550123)", "call [number] or ([number])"),
        ("전화는 010-1234-5678이야", "전화는 [number]이야"),
        ("전화번호는01012345678이에요", "전화번호는[number]이에요"),
        ("call +1 (415) 555\u{2011}0132 ok", "call [number] ok"),
        ("write to ada@example.org.", "write to [address]."),
        ("see https://example.org/a?b=c and www.example.org", "see [link] and [link]"),
        ("I live at 12 Mill Lane.", "I live at [address]."),
        ("Wir wohnen Bahnhofstraße 7.", "Wir wohnen [address]."),
        ("우리 집은 서울시 강남구 테헤란로 12야", "우리 집은 [address]야"),
        ("it was 1984, 3.14 and 100,000", "it was 1984, 3.14 and 100,000"),
        ("앞으로 3일", "앞으로 3일"),
    ])
    func whatIsPrivateIsReplaced(text: String, expected: String) throws {
        #expect(try redacted(text) == expected)
    }

    @Test func namesOfAListAreReplacedAsWords() throws {
        #expect(
            try redacted("Ann, ANN and Anna met 민아가.", names: ["Ann", "민아"])
                == "[name], [name] and Anna met [name]가.")
    }

    @Test func thoseWhoChatAreReplaced() throws {
        var options = CorpusOptions()
        options.speaker = "Mina"
        options.redaction = Redaction()
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "chat.txt",
            "[2024-01-05, 21:01:11] Jun: Mina, call 0171 5550123\n[2024-01-05, 21:02:11] Mina: ok Jun\n"
        )
        let preview = try CorpusPreview(files: [file], options: options, count: 9)
        #expect(preview.exchanges == [["[name], call [number]|ok [name]"]])
    }

    @Test(arguments: [
        ("Mina Kim", "Hi Mina, MINA KIM and Minas", "Hi [name], [name] and Minas"),
        ("Mina Kim (the office)", "Mina is at the office", "[name] is at the office"),
        ("Mina van Dam", "the van of Mina", "the van of [name]"),
        ("김민아", "민아야, 김민아가 왔어", "[name]야, [name]가 왔어"),
        ("Мина Ким", "Мина и кимоно", "Мина и кимоно"),
    ])
    func thoseWhoChatAreReplacedByWhatTheyAreCalled(
        name: String, text: String, expected: String
    ) throws {
        var options = CorpusOptions()
        options.speaker = "Jun"
        options.redaction = Redaction()
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "chat.txt",
            "[2024-01-05, 21:01:11] \(name): \(text)\n[2024-01-05, 21:02:11] Jun: ok\n")
        let preview = try CorpusPreview(files: [file], options: options, count: 9)
        #expect(preview.exchanges == [["\(expected)|ok"]])
    }
}
