import ChatCore
import ChatSearch
import Foundation
import Testing

@Suite("Queries that are wrong, and odd ones")
struct SearchQueryTests {
    @Test(
        "what is wrong is told with its place",
        arguments: [
            ("AND", 1, "AND needs a word before it"), ("fox AND", 5, "AND needs a word after it"),
            ("fox AND AND dog", 5, "AND needs a word after it"),
            ("NOT fox", 1, "NOT needs a word before it"),
            ("AND OR NOT", 1, "AND needs a word before it"),
            ("fox OR (dog AND cat", 8, "this bracket is not closed"),
            ("fox OR dog)", 11, "this bracket was not opened"),
            ("fox AND \"brown dog", 9, "the quotation mark is not closed"),
            ("\"", 1, "the quotation mark is not closed"),
            ("한국 AND", 4, "AND needs a word after it"),
            ("fox AND ()", 10, "a word is missing before this bracket"),
        ])
    func wrong(query: String, place: Int, problem: String) {
        #expect(throws: SearchError.query(place: place, problem: problem)) {
            try SearchQuery(query)
        }
    }

    @Test(
        "a query without a word says so", arguments: ["", "   ", "?!", "\"\"", "()", "\0", "* * *"])
    func noWords(query: String) {
        #expect(throws: SearchError.noWords) { try SearchQuery(query) }
    }

    @Test("operators count in capitals only, and marks of FTS5's own language mean nothing")
    func plain() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "a.txt", "rock and roll\nnear miss\ntext: column\na-b ^c {d} + e\n")
        let index = try #require(try SearchIndex.open(SearchCorpus([file]), cacheFolder: nil))
        for query in [
            "rock and roll", "NEAR(miss)", "text:column", "text : column AND text", "^near",
            "{text}: column", "a-b", "miss + near", "\"near\" + miss", "col*umn", "-miss",
            "near'; DROP TABLE entry;--", "\"a\"\"b\"",
        ] {
            _ = try index.search(SearchQuery(query))
        }
        #expect(try index.search(SearchQuery("rock and roll")).hits.count >= 1)
        #expect(index.count == 4)
    }

    @Test("a query of a megabyte, with NUL, of brackets only: an answer or a word, never a crash")
    func enormous() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("a.txt", "one fox\ntwo dogs\n")
        let index = try #require(try SearchIndex.open(SearchCorpus([file]), cacheFolder: nil))
        let words = String(repeating: "fox and dog ", count: 90_000)
        #expect(try index.search(SearchQuery(words)).hits.count == 1)
        #expect(try index.reply(to: words + "fox").text.isEmpty == false)
        let run = String(repeating: "a", count: 1 << 20)
        #expect(try index.search(SearchQuery(run)).hits.isEmpty)
        let syllables = String(repeating: "가나", count: 200_000)
        #expect(try index.search(SearchQuery(syllables)).hits.isEmpty)
        #expect(try index.search(SearchQuery("fox\0dogs")).hits.count == 2)
        #expect(throws: SearchError.tooManyWords(limit: 256)) {
            try SearchQuery(Array(repeating: "fox", count: 300).joined(separator: " OR "))
        }
        #expect(throws: SearchError.self) {
            try SearchQuery(String(repeating: "(", count: 100_000) + "fox AND dog")
        }
        let deep = String(repeating: "fox AND (dog OR (fox NOT (", count: 2) + "cat"
        #expect(try index.search(SearchQuery(deep + "))))))")).hits.isEmpty)
        let denied = "fox" + String(repeating: " NOT cat", count: 200)
        #expect(try index.search(SearchQuery(denied)).hits.count == 1)
        let many = Array(repeating: "fox", count: 256).joined(separator: " OR ")
        #expect(try index.search(SearchQuery(many)).hits.count == 1)
    }

    @Test("a mark on its own is no word, and kana with a mark are letters of their own")
    func kana() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("a.txt", "がっこう\nかんじ\na fox\n")
        let index = try #require(try SearchIndex.open(SearchCorpus([file]), cacheFolder: nil))
        for query in ["\"a\u{3099}\"", "a\u{309A} AND fox", "\"fox \u{3099}\""] {
            #expect(try index.search(SearchQuery(query)).hits.map(\.entry.line) == [3])
        }
        #expect(throws: SearchError.noWords) { try SearchQuery("\u{3099}") }
        #expect(try index.search(SearchQuery(question: "\u{3099}?")).hits.isEmpty)
        for query in ["がっこう", "か\u{3099}っこう", "\"がっこう\"", "が"] {
            #expect(try index.search(SearchQuery(query)).hits.map(\.entry.line) == [1])
        }
        #expect(try index.search(SearchQuery("か")).hits.map(\.entry.line) == [2])
    }

    @Test("a question is taken as it stands, whatever is in it")
    func question() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("a.txt", "one fox\ntwo dogs\n")
        let index = try #require(try SearchIndex.open(SearchCorpus([file]), cacheFolder: nil))
        for text in ["fox AND", "\"fox", "NOT fox", "((fox"] {
            #expect(try index.search(SearchQuery(question: text)).hits.count == 1)
        }
        #expect(try index.search(SearchQuery(question: "?")).hits.isEmpty)
    }
}
