import ChatCore
import ChatSearch
import Foundation
import Testing

@Suite("Searching widths, ligatures, emoji and scripts without spaces")
struct SearchScriptsTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let lines = [
        "ＣＨＡＴ ＧＰＴ is wide", "an eﬃcient ﬁsh", "ｶﾞｽ と ﾃﾚﾋﾞ", "แมวดำกินปลาในบ้าน", "ຂ້ອຍຮັກແມວ",
        "ខ្ញុំស្រឡាញ់ឆ្មា", "ကြောင်က ငါးစားတယ်", "좋아요😂👍🏽 정말", "side by side 🇰🇷🇺🇸", "I ❤️ tea",
    ]

    private func index(_ text: String = Self.lines.joined(separator: "\n")) throws -> SearchIndex {
        let file = try folder.write("text.txt", text)
        return try #require(try SearchIndex.open(SearchCorpus([file]), cacheFolder: nil))
    }

    @Test(
        "however a letter is written it is found, and so is what stands inside a word",
        arguments: [
            ("chat", [0]), ("gpt AND ｗｉｄｅ", [0]), ("\"chat gpt\"", [0]), ("efficient", [1]),
            ("ﬁsh", [1]), ("fi*", [1]), ("ガス", [2]), ("テレビ", [2]), ("ﾃﾚﾋﾞ", [2]), ("カス", []),
            ("แมว", [3]), ("กินปลา", [3]), ("\"กินปลา\" NOT แมวขาว", [3]), ("กน", []), ("บ้าน", [3]),
            ("ແມວ", [4]), ("ຮັກ AND ແມວ", [4]), ("ឆ្មា", [5]), ("ស្រឡាញ់", [5]), ("ငါး", [6]),
            ("ကြောင်", [6]), ("😂", [7]), ("👍", [7]), ("👍🏿", [7]), ("좋아요 AND 😂", [7]),
            ("🇰🇷", [8]), ("🇺🇸", [8]), ("🇷🇺", []), ("❤", [9]), ("❤️ AND tea", [9]),
        ] as [(String, [Int])])
    func found(query: String, lines: [Int]) throws {
        let hits = try index().search(SearchQuery(query)).hits
        #expect(hits.map { $0.entry.line - 1 }.sorted() == lines)
    }

    @Test(
        "what matched is marked as it stands in the text",
        arguments: [
            ("efficient fish", ["eﬃcient", "ﬁsh"]), ("ガス", ["ｶﾞｽ"]), ("chat", ["ＣＨＡＴ"]),
            ("แมว", ["แมว"]), ("ฉันรักแมว", ["แมว"]), ("ឆ្មា", ["ឆ្មា"]), ("😂", ["😂"]), ("👍", ["👍🏽"]),
        ])
    func marked(query: String, marks: [String]) throws {
        let hit = try #require(try index().search(SearchQuery(query)).hits.first)
        #expect(hit.snippet.filter(\.isMatch).map(\.text) == marks)
        #expect(hit.snippet.map(\.text).joined() == Normalization.nfc(hit.entry.text))
    }

    @Test("a smile behind a question changes no answer")
    func smile() throws {
        let file = try folder.write(
            "pairs.tsv", "capital of Spain\tMadrid\ncapital of Italy\tRome\nsmile 😊\tyes\n")
        let index = try #require(try SearchIndex.open(SearchCorpus([file]), cacheFolder: nil))
        for smile in ["", " 😊", "🙂🙂", " 🎉"] {
            #expect(try index.reply(to: "capital of Italy?" + smile).text == "Rome")
        }
        #expect(try index.reply(to: "😊").text == "yes")
    }

    @Test("a search runs as many statements for many words and hits as for few")
    func statements() throws {
        let words = (0..<50).map { "word\($0)" }
        let text = (0..<300).map { "\(words[$0 % 50]) \(words[$0 / 50]) line \($0)" }
        let index = try index(text.joined(separator: "\n"))
        func statements(_ query: String, limit: Int) throws -> Int {
            let before = index.statementCount
            #expect(try !index.search(SearchQuery(query), limit: limit).hits.isEmpty)
            return index.statementCount - before
        }
        let few = try statements("word1 word2", limit: 1)
        #expect(few == 3)
        #expect(try statements(words.joined(separator: " "), limit: 300) == few)
        #expect(try statements("word1 wor*", limit: 300) == few)
        #expect(try statements(words.joined(separator: " OR "), limit: 300) == few)
        #expect(try statements("\"word1 word0\" " + words.joined(separator: " "), limit: 300) == 5)
    }
}
