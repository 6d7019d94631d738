import ChatCore
import ChatCorpus
import ChatTraining
import Foundation
import Testing

/// One rule for line ends, whatever program wrote a file.
@Suite("Line ends")
struct LineEndsTests {
    static let ends = ["\n", "\r\n", "\r", "\u{2028}", "\u{2029}"]

    let places: TemporaryPlaces
    init() throws { places = try TemporaryPlaces() }

    @Test("a text has the same lines with each of them", arguments: ends)
    func lines(_ end: String) {
        let text = ["Tea is a drink.", "", "잼은 달아요.", "é", ""].joined(separator: end)
        #expect(LineEnds.split(text) == ["Tea is a drink.", "", "잼은 달아요.", "é", ""])
        #expect(LineEnds.asLineFeeds(text) == "Tea is a drink.\n\n잼은 달아요.\né\n")
    }

    @Test("in any mixture they count one by one, also where a marker's bytes are near")
    func mixture() {
        #expect(
            LineEnds.split("a\n\rb\r\r\nc\u{2028}\u{2029}d") == ["a", "", "b", "", "c", "", "d"])
        #expect(LineEnds.split("—…\u{2027}\u{202A}") == ["—…\u{2027}\u{202A}"])
        #expect(LineEnds.split("") == [""])
    }

    @Test("a corpus reads the same with each of them", arguments: ends)
    func corpora(_ end: String) throws {
        let table = try places.write(
            (0..<3).map { "q\($0)\ta\($0)" }.joined(separator: end) + end, to: "t.tsv")
        var count = 0
        try CorpusReader([table]).forEachDialogue { dialogue in
            #expect(dialogue.exchanges[0].user == "q\(count)")
            #expect(dialogue.exchanges[0].reply == "a\(count)")
            count += 1
        }
        #expect(count == 3)
        let one = try places.write("one two\nthree\n\nfour\n", to: "a.txt")
        let other = try places.write(
            "one two\nthree\n\nfour\n".replacing("\n", with: end), to: "b.txt")
        func text(_ url: URL) throws -> String {
            let corpus = try EncodedCorpus.open(files: [url])
            return corpus.alphabet.decode(try corpus.symbols(in: 0..<corpus.count))
        }
        #expect(try text(other) == text(one))
    }

    @Test(
        "lines of JSON end at those that JSON has no other use for",
        arguments: ["\n", "\r\n", "\r"])
    func jsonLines(_ end: String) throws {
        let line =
            #"{"messages":[{"role":"user","content":"a%b"},{"role":"assistant","content":"c"}]}"#
            .replacing("%", with: "\u{2028}")
        let url = try places.write("\u{FEFF}" + line + end + end + line + end, to: "m.jsonl")
        var users: [String] = []
        try CorpusReader([url]).forEachDialogue { users += $0.exchanges.map(\.user) }
        #expect(users == ["a\nb", "a\nb"])
        #expect(
            try places.store.importMessages(url, as: "m", model: TinyModel.make()) == "m")
        #expect(try places.store.transcript("m").turnCount == 2)
    }
}
