import ChatCore
import ChatSearch
import Foundation
import Testing

@Suite("Searching a corpus")
struct SearchIndexTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// An index in memory over a text.
    private func index(_ text: String, _ name: String = "text.txt") throws -> SearchIndex {
        let file = try folder.write(name, text)
        return try #require(try SearchIndex.open(SearchCorpus([file]), cacheFolder: nil))
    }

    private func texts(_ index: SearchIndex, _ query: String, limit: Int = 10) throws -> [String] {
        try index.search(SearchQuery(query), limit: limit).hits.map(\.entry.text)
    }

    @Test("of a chat the messages are found, without WhatsApp's mark of those that were edited")
    func chat() throws {
        let text = """
            1/5/24, 9:01 PM - Ana: hello fox <This message was edited>
            1/5/24, 9:02 PM - Luis: hello bear
            """
        let index = try index(text, "chat.txt")
        #expect(try texts(index, "fox") == ["hello fox"])
        #expect(try texts(index, "edited").isEmpty)
    }

    private static let lines = """
        The quick brown fox jumps over the lazy dog.
        A brown bear sleeps all winter.
        The dog and the fox are friends.
        Café au lait is coffee with milk.
        한국의 수도는 서울이에요.
        일본의 수도는 도쿄예요.
        물은 차가워요.
        학생들이 PAC는 어렵다고 했어요.
        대한 국민은 노래를 불러요.

        """

    @Test(
        "operators, brackets, phrases and prefixes",
        arguments: [
            ("brown AND fox", [0]), ("fox AND dog", [2, 0]), ("bear OR coffee", [1, 3]),
            ("brown NOT fox", [1]), ("(bear OR fox) AND brown", [0, 1]),
            ("\"brown fox\"", [0]), ("\"fox brown\"", []), ("frien*", [2]), ("BROWN AND BEAR", [1]),
            ("cafe", [3]), ("dog NOT (quick OR lazy)", [2]), ("brown fox NOT bear", [0]),
            ("\"the dog\" OR \"brown bear\"", [2, 1]),
        ])
    func operators(query: String, lines: [Int]) throws {
        let all = Self.lines.split(separator: "\n").map(String.init)
        #expect(Set(try texts(try index(Self.lines), query)) == Set(lines.map { all[$0] }))
    }

    @Test(
        "Hangul is found inside words, with particles, in words of one syllable and two",
        arguments: [
            ("한국", [4]), ("수도", [4, 5]), ("서울 AND 수도", [4]), ("물", [6]), ("도쿄", [5]),
            ("학생", [7]), ("pac", [7]), ("국의", [4]), ("\"일본의 수도\"", [5]), ("\"수도 일본\"", []),
            ("수도 NOT 일본", [4]), ("국민 AND 노래", [8]), ("쿄", [5]),
        ])
    func hangul(query: String, lines: [Int]) throws {
        let all = Self.lines.split(separator: "\n").map(String.init)
        #expect(Set(try texts(try index(Self.lines), query)) == Set(lines.map { all[$0] }))
    }

    @Test("decomposed Hangul and accents find what is composed", arguments: ["한국의 수도는?", "Café"])
    func decomposed(query: String) throws {
        let index = try index(Self.lines)
        let decomposed = query.decomposedStringWithCanonicalMapping
        #expect(!decomposed.utf8.elementsEqual(query.utf8))
        let found = try texts(index, query)
        #expect(!found.isEmpty)
        #expect(try texts(index, decomposed) == found)
        let replies = try [query, decomposed].map { try index.reply(to: $0).text }
        #expect(replies[0] == replies[1])
    }

    @Test("a quoted phrase is found wherever it stands, also where another word is rare")
    func phraseBesideARareWord() throws {
        let common = (0..<4_100).map { "the end of the day number\($0) came" }
        let index = try index((common + ["a zebra stood alone"]).joined(separator: "\n"))
        #expect(try texts(index, "\"end of the day\"", limit: 2).count == 2)
        #expect(try texts(index, "\"end of the day\" zebra", limit: 2).count == 2)
        #expect(try texts(index, "\"stood alone\" zebra") == ["a zebra stood alone"])
    }

    @Test("words that only another wording or name has are told apart")
    func elsewhere() throws {
        let world = """
            # charchat world 1
            @\tseat of government
            What is the capital of South Korea?\tSeoul.\tKorea

            """
        let index = try index(world, "world.tsv")
        let hit = try #require(try index.search(SearchQuery("government Seoul moon")).hits.first)
        #expect(Set(hit.matched) == ["government", "Seoul"])
        #expect(hit.elsewhere == ["government"] && hit.missing == ["moon"])
    }

    @Test("of a word of very many syllables the first ones are marked")
    func longWord() throws {
        let long = String(repeating: "한국", count: 5_000)
        let index = try index("그 책은 \(long)라고 시작해요.\n")
        let query = try SearchQuery(long + long)
        let hit = try #require(try index.search(query).hits.first)
        #expect(hit.snippet.contains { $0.isMatch && $0.text.count == 32 })
    }

    @Test("a plain question is the OR of its words, and what matches all of them comes first")
    func plainQuestion() throws {
        let index = try index(Self.lines)
        #expect(try texts(index, "where does the brown bear sleep").first?.contains("bear") == true)
        #expect(try texts(index, "the fox and the dog friends").first?.contains("friends") == true)
        #expect(try texts(index, "일본의 수도는 어디예요?").first?.contains("도쿄") == true)
        #expect(try texts(index, "xylophone").isEmpty)
    }

    @Test("text that was decomposed is found, and finds")
    func normalForms() throws {
        let decomposed = "한국의 수도".decomposedStringWithCanonicalMapping
        let index = try index(decomposed + "\nother\n")
        #expect(try texts(index, "한국").count == 1)
        #expect(try texts(index, "한국".decomposedStringWithCanonicalMapping).count == 1)
    }

    @Test("an answer does not depend on what was asked before")
    func stateless() throws {
        let index = try index(Self.lines)
        let queries = ["fox", "수도 AND 한국", "\"brown bear\"", "물", "the dog NOT lazy", "milk*"]
        let alone = try queries.map { query -> SearchResult in
            let file = folder.url.appendingPathComponent("text.txt")
            let own = try #require(try SearchIndex.open(SearchCorpus([file]), cacheFolder: nil))
            return try own.search(SearchQuery(query))
        }
        for _ in 0..<3 {
            for (query, expected) in zip(queries, alone).reversed() {
                #expect(try index.search(SearchQuery(query)) == expected)
            }
            for (query, expected) in zip(queries, alone) {
                #expect(try index.search(SearchQuery(query)) == expected)
            }
        }
        #expect(try index.reply(to: "and the fox?") == index.reply(to: "and the fox?"))
    }

    @Test("questions with answers: .tsv and .jsonl")
    func answers() throws {
        let pairs = try index("capital of Spain\tMadrid\ncapital of Italy\tRome\n", "pairs.tsv")
        #expect(try pairs.reply(to: "What is the capital of Italy?").text == "Rome")
        let line =
            #"{"messages":[{"role":"user","content":"opening hours"},{"role":"assistant","content":"Nine to five."}]}"#
        let talk = try index(line + "\n", "talk.jsonl")
        let hit = try #require(try talk.search(SearchQuery("opening")).hits.first)
        #expect(hit.entry.answer == "Nine to five.")
        #expect(hit.entry.file == "talk.jsonl")
    }

    @Test("what is not there is said not to be known")
    func nothingFound() throws {
        let index = try index("capital of Spain\tMadrid\n", "pairs.tsv")
        let reply = try index.reply(to: "Who painted the ceiling?")
        #expect(reply.hit == nil)
        #expect(reply.text == SearchReply.nothing(for: "Who painted the ceiling?"))
        #expect(try index.reply(to: "천장은 누가 그렸어요?").text.contains("모르겠"))
        #expect(try index.reply(to: "?!").hit == nil)
        #expect(try index.reply(to: "").hit == nil)
    }

    @Test("a snippet marks what matched; a hit tells which words did and which did not")
    func snippets() throws {
        let long = String(repeating: "filler words here and there ", count: 30)
        let index = try index(long + "the golden needle lies " + long + "\n한국의 수도는 서울이에요.\n")
        let hit = try #require(try index.search(SearchQuery("golden needle pin")).hits.first)
        #expect(hit.snippet.filter(\.isMatch).map(\.text) == ["golden", "needle"])
        #expect(hit.snippet.first?.text == "…" && hit.snippet.last?.text == "…")
        #expect(hit.snippet.map(\.text).joined().count <= 170)
        #expect(hit.matched == ["golden", "needle"] && hit.missing == ["pin"])
        let korean = try #require(try index.search(SearchQuery("수도")).hits.first)
        #expect(korean.snippet.filter(\.isMatch).map(\.text) == ["수도"])
        #expect(korean.entry.line == 2)
    }

    @Test("blank lines part paragraphs; without them each line is an entry")
    func paragraphs() throws {
        let stanzas = try index("one\ntwo\n\nthree\nfour\n", "stanzas.txt")
        #expect(stanzas.count == 2)
        #expect(try texts(stanzas, "two") == ["one\ntwo"])
        #expect(try index("one\ntwo\nthree\n", "lines.txt").count == 3)
    }
}
