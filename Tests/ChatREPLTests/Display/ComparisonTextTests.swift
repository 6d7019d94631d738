import ChatCore
import ChatEvaluation
import ChatREPL
import Foundation
import Testing

@Suite struct ComparisonTextTests {
    private func comparison() throws -> Comparison {
        let json = """
            {"conversations":[{"id":"a","rows":[{"question":"스페인은요?",
            "session":"스페인의 수도는 마드리드예요. 마드리드는 큰 도시예요.","fresh":"What would you like to know?",
            "search":"<Nothing> & \\u001b[31m found","matched":["a\\"b"],"found":"entry","needs":"session",
            "right":{"session":true,"fresh":false,"search":false}}]}],
            "scores":{"session":{"right":1,"of":1},"fresh":{"right":0,"of":1},"search":{"right":0,"of":1}},
            "scores_by_need":{"session":{"session":{"right":1,"of":1},"fresh":{"right":0,"of":1},
            "search":{"right":0,"of":1}}}}
            """
        return try JSONDecoder().decode(Comparison.self, from: Data(json.utf8))
    }

    @Test(arguments: [40, 42, 50, 65, 66, 80, 120, 200])
    func everyLineFitsTheTerminal(width: Int) throws {
        let text = ComparisonText(style: .plain, width: width).text(try comparison())
        for line in text.split(separator: "\n") {
            #expect(DisplayWidth.of(String(line)) <= width, "\(line)")
        }
        #expect(text.contains("마드리드예요"))
        #expect(!text.contains("\u{1B}"))
    }

    @Test func columnsStartInOnePlaceThoughHangulIsWide() throws {
        let text = ComparisonText(style: .plain, width: 84).text(try comparison())
        let lines = text.split(separator: "\n").map(String.init)
        let head = try #require(lines.first)
        let column = try #require(head.range(of: "fresh state")).lowerBound
        let wanted = DisplayWidth.of(String(head[..<column]))
        let row = try #require(lines.first { $0.contains("What would") })
        let place = try #require(row.range(of: "✗ What")).lowerBound
        #expect(DisplayWidth.of(String(row[..<place])) == wanted)
    }

    @Test func thePageIsWholeAndSafe() throws {
        let page = ComparisonPage.html(try comparison(), model: "gru <1>")
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("name=\"viewport\""))
        #expect(page.contains("&lt;Nothing&gt; &amp; ␛[31m found"))
        #expect(page.contains("gru &lt;1&gt;") && page.contains("a&quot;b"))
        #expect(!page.contains("http") && !page.contains("<script") && !page.contains("src="))
    }

    @Test func wrappingKeepsEveryWord() {
        let text = "한국어와 English words mixed, 그리고 averyveryverylongword here"
        for width in 4...40 {
            let lines = TextWrap.lines(text, width: width)
            #expect(lines.allSatisfy { DisplayWidth.of($0) <= width })
            #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
        }
        #expect(TextWrap.lines("", width: 10) == [""])
    }

    @Test(arguments: [
        ("안녕하세요abc", 10, "안녕하세…"), ("안녕a", 4, "안…"), ("hello", 5, "hello"), ("hello", 4, "hel…"),
        ("가나다", 6, "가나다"),
    ])
    func aCutKeepsTheBeginning(text: String, width: Int, cut: String) {
        #expect(TextWrap.cut(text, width) == cut)
    }
}
