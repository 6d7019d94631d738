import ChatCore
import ChatEvaluation
import ChatREPL
import Foundation
import Testing

/// The tables of the prompt where the terminal is narrow: a row is never wider than it.
@Suite struct NarrowTableTests {
    private let generator: ReplyGenerator
    private let turns: [Turn]
    private let korean: Words

    init() throws {
        generator = ReplyGenerator(model: try TinyModel.make())
        turns = (1...12).map { number in
            Turn(
                number: number, user: "가나다라 한국말로 길게 말한 것 \(number)", reply: "a reply of some words",
                finishReason: .complete, origin: .generated, startsFresh: false)
        }
        let url = FilesDocument.repository.appending(
            path: "Sources/ChatREPL/Resources/words-ko.json")
        korean = Words(
            .korean,
            table: try JSONDecoder().decode([String: String].self, from: Data(contentsOf: url)))
    }

    /// Runs `body` in English and in Korean.
    private func inBoth(_ body: () throws -> Void) rethrows {
        try body()
        try korean.speak(body)
    }

    private func expectFit(_ lines: some Sequence<Substring>, _ width: Int) {
        for line in lines { #expect(DisplayWidth.of(String(line)) <= width, "\(line)") }
    }

    @Test(arguments: [40, 50, 53, 80])
    func bitsLeaveOutWhatWasSaidBeforeTheyRunOver(width: Int) throws {
        let fresh = generator.freshState
        let worth = try #require(
            SessionWorth(turns, from: fresh, control: fresh, generator: generator))
        inBoth {
            let lines = WorthText.bits(worth, style: .plain, width: width).split(separator: "\n")
            expectFit(lines.prefix(turns.count + 2), width)
            #expect(lines[1].contains("가나") == (width >= 53))
        }
    }

    @Test(arguments: [40, 50, 80])
    func memoryHasAShorterBar(width: Int) throws {
        let memory = try #require(
            SessionMemory(
                turns, from: generator.freshState, question: "무엇?", reply: "a",
                generator: generator))
        inBoth {
            let lines = WorthText.memory(memory, notLeftOut: 0, style: .plain, width: width)
                .split(separator: "\n")
            expectFit(lines.dropFirst().prefix(turns.count + 1), width)
            #expect(lines.contains { $0.contains("█") || $0.contains("·") })
            for line in lines where line.contains(" 0.00  ") { #expect(!line.contains("█")) }
        }
    }

    @Test(arguments: [30, 40, 50])
    func theLegendOfColoursEndsNoLineWithinARange(width: Int) {
        inBoth {
            let text = TextWrap.paragraphs(SurprisalText.legend(.plain), width: width)
            expectFit(text.split(separator: "\n"), width)
        }
        let text = TextWrap.paragraphs(SurprisalText.legend(.plain), width: width)
        #expect(text.contains("2\u{A0}to\u{A0}4") && text.contains("4\u{A0}and\u{A0}more"))
    }

    @Test(arguments: [40, 50, 80, 120])
    func oddsCutTheirTexts(width: Int) throws {
        let odds = try #require(
            CharacterOdds.opening("hi", state: generator.freshState, generator: generator))
        inBoth {
            let text = SurprisalText.odds(odds, title: "t", style: .plain, width: width)
            expectFit(text.split(separator: "\n"), width)
        }
    }

    @Test(arguments: [10, 24, 30, 40, 80])
    func aProgressLineHasAShorterBarAndKeepsItsPerCent(columns: Int) {
        for share in [0, 0.81, 1] {
            let line = ProgressLine.line("판정하는 중", share, columns: columns)
            #expect(line.hasSuffix(" \(Int(100 * share)) %"), "\(line)")
            #expect(line.contains("[") == (columns >= 30), "\(line)")
            #expect(DisplayWidth.of(line) < columns || columns == 10, "\(line)")
        }
        #expect(
            ProgressLine.line("Judging", 0.5, columns: 80)
                == "Judging  [##########..........] 50 %")
    }

    @Test(arguments: [40, 50, 80])
    func sessionsLeaveOutTheirDateAndThenTheirOpening(width: Int) {
        let sessions = ["2026-11-30-0315", "여행", "a-name-as-long-as-a-name-is"].map { name in
            SessionSummary(
                name: name, folder: URL(fileURLWithPath: "/"), modified: Date(), turnCount: 12,
                model: "", opening: "무엇을 물어봤는지 처음에 길게 말한 것", problem: nil)
        }
        inBoth {
            let text = SessionText.table(sessions, style: .plain, columns: width)
            expectFit(text.split(separator: "\n"), width)
            #expect(text.contains("여행") && text.contains("12"))
            #expect(text.contains(":") == (width >= 60))
        }
    }

    @Test(arguments: [40, 50, 80])
    func whatIsFoundInSessionsIsCut(width: Int) {
        let hits = ["2026-11-30-0315", "여행", "a-name-as-long-as-a-name-is"].map { name in
            SessionHit(
                name: name, excerpt: String(repeating: "길게 말한 것 ", count: 9), modified: Date())
        }
        let text = SessionText.found(hits, style: .plain, columns: width)
        expectFit(text.split(separator: "\n"), width)
        #expect(text.split(separator: "\n").count == 3 && text.contains("…"))
        #expect(text.contains(":") == (width >= 60))
        // A pipe gets all of it.
        let whole = SessionText.found(hits, style: .plain)
        #expect(!whole.contains("…") && whole.contains(":") && whole.contains(hits[0].excerpt))
    }

    @Test(arguments: [40, 50, 80])
    func unitsHaveTheirFiguresBelow(width: Int) {
        let features = UnitFeatures(
            ActivationTrace(UnitFeatures.probe, model: generator.model))
        inBoth {
            let text = ActivationText(style: .plain, width: width)
                .findings(features, isProbe: true)
            expectFit(text.split(separator: "\n"), width)
        }
    }
}
