import ChatCore
import ChatCorpus
import ChatEvaluation
import ChatSearch
import Foundation
import Testing

@Suite("The shipped world as entries")
struct WorldEntriesTests {
    private static let file = ShippedLessons.folder.deletingLastPathComponent()
        .appendingPathComponent("Sources/ChatREPL/Resources/world.tsv")

    private static func index() throws -> SearchIndex {
        try #require(
            try SearchIndex.open(SearchCorpus([ShippedLessons.folder]), cacheFolder: nil))
    }

    @Test("the shipped file is what the lessons give (RECORD_GOLDENS=1 writes it anew)")
    func isCurrent() throws {
        let text = WorldEntries(try ShippedLessons.load()).encoded()
        if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
            try Data(text.utf8).write(to: Self.file)
        }
        #expect(
            try String(contentsOf: Self.file, encoding: .utf8) == text, "world.tsv is out of date")
        #expect(text.utf8.count < 500_000)
    }

    @Test("the file and the lessons it was made from give the same entries")
    func roundTrip() throws {
        func plain(_ entries: [SearchEntry]) -> [[String]] {
            entries.map { [$0.text, $0.answer ?? "", $0.names, $0.wording] }
        }
        let made = WorldEntries(try ShippedLessons.load()).entries
        #expect(plain(made) == plain(try WorldEntries(file: Self.file).entries))
        #expect(made.count > 2_000)
    }

    @Test(
        "plain questions of both languages find their answers",
        arguments: [
            ("What is the capital of France?", "Paris"), ("what money do they use in Japan", "yen"),
            ("capital of Korea?", "Seoul"), ("How do you say water in Korean?", "물"),
            ("Who made ChatGPT?", "OpenAI"), ("What does PAC stand for?", "Probably"),
            ("프랑스의 수도는 어디예요?", "파리"), ("일본 돈은 뭐예요?", "엔"), ("water의 뜻이 뭐예요?", "물"),
            ("딥러닝은 누가 시작했어요?", "힌턴"),
        ])
    func questions(question: String, answer: String) throws {
        #expect(try Self.index().reply(to: question).text.contains(answer))
    }

    @Test(
        "of the held-out questions about the world search answers 80 in 100, of those that need the session 15 at most"
    )
    func heldOut() throws {
        let index = try Self.index()
        var scores: [LessonTurn.Need: DialogueEvaluation.Score] = [:]
        for group in HeldOutDialogues.groups(try ShippedLessons.load()) {
            // One dialogue in five: `evaluate dialogues` measures them all.
            let entries = DialogueSet(group).entries.enumerated().filter { $0.offset % 5 == 0 }
            for turn in entries.flatMap(\.element.turns) {
                let isRight = try turn.isRight(index.reply(to: turn.user).text)
                var score = scores[turn.needs] ?? .init()
                score.of += 1
                if isRight { score.right += 1 }
                scores[turn.needs] = score
            }
        }
        #expect(try #require(scores[.world]).share >= 0.8)
        #expect(try #require(scores[.session]).share <= 0.15)
    }
}
