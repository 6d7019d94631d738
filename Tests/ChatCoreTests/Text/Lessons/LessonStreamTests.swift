import ChatCore
import ChatCorpus
import Foundation
import Testing

/// The shipped lessons, found from this file.
enum ShippedLessons {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("corpus")

    static func load() throws -> LessonFolder { try LessonFolder.load(folder) }
}

@Suite("The stream of dialogues made from lessons")
struct LessonStreamTests {
    @Test("the same seed gives the same dialogues, another seed others")
    func seeded() throws {
        let lessons = try ShippedLessons.load()
        var first = LessonSource(lessons, seed: 5)
        var second = LessonSource(lessons, seed: 5)
        var other = LessonSource(lessons, seed: 6)
        var differences = 0
        for _ in 0..<50 {
            let dialogue = first.next()
            #expect(dialogue == second.next())
            if dialogue != other.next() { differences += 1 }
        }
        #expect(differences > 40)
    }

    @Test("common questions come more often in training than in held-out sets")
    func commonQuestions() throws {
        let folder = try ShippedLessons.load()
        func share(_ split: LessonSplit) -> Double {
            var source = LessonSource(folder, seed: 3, split: split)
            var (common, all) = (0, 0)
            for _ in 0..<2_000 {
                for turn in source.nextAnnotated().turns where turn.kind == "fact capital" {
                    all += 1
                    if turn.user.lowercased().hasPrefix("what is the capital of") { common += 1 }
                }
            }
            return Double(common) / Double(max(1, all))
        }
        #expect(share(.training) > 1.5 * share(.heldOutNames))
    }

    @Test("a stream restored from its position goes on exactly there")
    func restored() throws {
        let lessons = try ShippedLessons.load()
        var source = LessonSource(lessons, seed: 7, difficulty: 0.4)
        for _ in 0..<20 { _ = source.next() }
        let position = try #require(source.position)
        var again = LessonSource(lessons, seed: 7)
        try again.restore(position)
        for _ in 0..<20 { #expect(again.next() == source.next()) }
        var stranger = LessonSource(lessons, seed: 8)
        #expect(throws: CorpusError.self) { try stranger.restore(position) }
    }

    @Test("a curriculum begins with drills in telling and asking back and ends as the whole course")
    func curriculum() throws {
        let lessons = try ShippedLessons.load()
        var ramped = LessonSource(lessons, seed: 3, ramp: 4_000)
        /// Share of turns that ask about the world.
        func world() -> Double {
            let turns = (0..<200).flatMap { _ in ramped.nextAnnotated().turns }
            let asked = turns.filter { $0.kind.hasPrefix("fact") || $0.kind.hasPrefix("other") }
            return Double(asked.count) / Double(turns.count)
        }
        let atStart = world()
        let position = try #require(ramped.position)
        var again = LessonSource(lessons, seed: 3)
        try again.restore(position)
        #expect(again.nextAnnotated() == ramped.nextAnnotated())
        while ramped.drawn < 4_000 { _ = ramped.next() }
        // A scene asks for what was told instead.
        #expect(atStart < 0.05 && world() > 0.08)
        var flat = LessonSource(lessons, seed: 3)
        while flat.drawn < ramped.drawn { _ = flat.next() }
        #expect(flat.nextAnnotated() == ramped.nextAnnotated())
    }

    @Test("dialogues have 1 to 33 turns and neither empty nor broken lines")
    func shape() throws {
        let lessons = try ShippedLessons.load()
        for difficulty in [0, 0.5, 1] {
            var source = LessonSource(lessons, seed: 1, difficulty: difficulty)
            for _ in 0..<1_000 {
                let dialogue = source.nextAnnotated()
                #expect((1...(difficulty == 0 ? 7 : 31)).contains(dialogue.turns.count))
                for turn in dialogue.turns {
                    #expect(!turn.user.isEmpty && !turn.reply.isEmpty)
                    #expect(!turn.reply.contains { "{}|()".contains($0) }, "\(turn)")
                    #expect(!turn.user.contains { "{}|()".contains($0) }, "\(turn)")
                    #expect(!turn.user.contains("\n") && !turn.reply.contains("\n"))
                    #expect(!turn.accept.isEmpty)
                }
            }
        }
    }

    @Test("every reply satisfies what is accepted of it and shows nothing that is rejected")
    func repliesAreRight() throws {
        let lessons = try ShippedLessons.load()
        for split in [LessonSplit.training, .heldOutNames] {
            var source = LessonSource(lessons, seed: 2, split: split)
            for _ in 0..<400 {
                for turn in source.nextAnnotated().turns where !turn.isSpoiled {
                    #expect(turn.accept.contains { finds($0, in: turn.reply) }, "\(turn)")
                    #expect(!turn.reject.contains { finds($0, in: turn.reply) }, "\(turn)")
                }
            }
        }
    }

    @Test("some dialogues go on in the other language and recall what was told in the first")
    func bilingual() throws {
        let lessons = try ShippedLessons.load()
        var source = LessonSource(lessons, seed: 4)
        func isKorean(_ reply: String, without value: String) -> Bool {
            reply.replacingOccurrences(of: value, with: "").unicodeScalars
                .contains { (0xAC00...0xD7A3).contains($0.value) }
        }
        var recalled = 0
        for _ in 0..<600 {
            let turns = source.nextAnnotated().turns
            for (index, turn) in turns.enumerated()
            where turn.kind.hasPrefix("recall") && turn.needs == .session {
                let told = turns[..<index].last {
                    $0.told.count == 1 && turn.reply.contains($0.told[0])
                }
                guard let told else { continue }
                let value = told.told[0]
                if isKorean(told.reply, without: value) != isKorean(turn.reply, without: value) {
                    recalled += 1
                }
            }
        }
        #expect((10...200).contains(recalled), "\(recalled)")
    }

    private func finds(_ pattern: String, in text: String) -> Bool {
        text.range(of: pattern, options: [.regularExpression, .caseInsensitive]) != nil
    }
}
