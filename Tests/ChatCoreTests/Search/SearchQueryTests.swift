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

    @Test(
        "AND NOT is NOT, wherever a word may stand",
        arguments: [
            ("one AND NOT fox", [2, 3]), ("one NOT fox", [2, 3]), ("one AND NOT (fox OR dog)", [3]),
            ("one AND NOT fox AND dog", [2]), ("(one OR two) AND NOT fox AND NOT dog", [3]),
            ("one AND NOT \"one dog\"", [1, 3]), ("고양이 AND NOT 흰", [5]),
        ] as [(String, [Int])])
    func andNot(query: String, lines: [Int]) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "a.txt", "one fox\none dog\none cat\n흰 고양이가\n검은 고양이가\n")
        let index = try #require(try SearchIndex.open(SearchCorpus([file]), cacheFolder: nil))
        let query = try SearchQuery(query)
        let hits = try index.search(query).hits
        #expect(hits.map(\.entry.line).sorted() == lines)
        // What the index finds is what the formula holds of.
        let truth = try #require(SearchTruth(query, hits))
        #expect(truth.values.allSatisfy { $0 } && truth.values.count == hits.count)
    }

    @Test("a hit is explained by which terms are true of it")
    func truth() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("a.txt", "capital of Spain\ncapital of Portugal\nfox\n")
        let index = try #require(try SearchIndex.open(SearchCorpus([file]), cacheFolder: nil))
        func table(_ text: String) throws -> SearchTruth? {
            let query = try SearchQuery(text)
            var result = try index.search(query)
            result.hits.sort { $0.entry.line < $1.entry.line }
            return SearchTruth(query, result.hits)
        }
        let boolean = try #require(try table("capital AND (spain OR port*) NOT Madrid"))
        #expect(boolean.terms == ["capital", "spain", "port*", "Madrid"])
        #expect(boolean.formula == "A AND (B OR C) NOT D")
        #expect(boolean.rows == [[true, true, false, false], [true, false, true, false]])
        let plain = try #require(try table("which capital, Spain"))
        #expect(plain.formula == "A OR B OR C" && plain.rows.first == [false, true, true])
        #expect(try table("\"capital of\" \"of spain\" fox")?.formula == "A AND B")
        #expect(try table("fox") == nil && table("xylophone fox")?.rows == [[false, true]])
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
