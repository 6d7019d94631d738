import ChatCore
import ChatCorpus
import ChatEvaluation
import Foundation
import Testing

@Suite("Names and phrasings that are held out")
struct HeldOutTests {
    /// Case, marks and doubled spaces aside.
    private func plain(_ line: String) -> String {
        line.lowercased().filter { !".,?!:".contains($0) }.split(separator: " ").joined(
            separator: " ")
    }

    @Test("no held-out phrasing is one of training's")
    func phrasingsAreApart() throws {
        for course in try ShippedLessons.load().courses {
            let training = Set(
                course.phrasingTexts.flatMap { $0.training.flatMap { $0.expansions() } }.map(plain))
            for group in course.phrasingTexts {
                for line in group.heldOut.flatMap({ $0.expansions() }) {
                    #expect(
                        !training.contains(plain(line)), "\(course.name), \(group.name): \(line)")
                }
            }
        }
    }

    @Test("a long sample of training has no held-out line and no held-out name")
    func sampleIsApart() throws {
        let lessons = try ShippedLessons.load()
        let closed = lessons.courses.reduce(into: Set<String>()) { set, course in
            set.formUnion(course.closedValues.map { $0.lowercased() })
        }
        let groups = HeldOutDialogues.groups(lessons)
        let lines = Set(
            groups.filter { $0.name.hasPrefix("phrasings") }
                .flatMap { $0.dialogues.flatMap { $0.turns.map { plain($0.user) } } })
        let names = Set(
            groups.flatMap { $0.dialogues.flatMap { $0.turns.flatMap(\.told) } }
                .map { $0.lowercased() }
                .filter { !closed.contains($0) && $0.contains { !$0.isNumber } })
        #expect(names.count > 300 && lines.count > 300)
        #expect(names.allSatisfy(HeldOut.contains))
        var source = LessonSource(lessons, seed: 11)
        for _ in 0..<6_000 {
            for turn in source.nextAnnotated().turns {
                #expect(!lines.contains(plain(turn.user)), "\(turn.user)")
                for value in turn.told { #expect(!names.contains(value.lowercased()), "\(value)") }
            }
        }
    }

    @Test("the shipped sets are those that the lessons give (RECORD_GOLDENS=1 writes them anew)")
    func filesAreCurrent() throws {
        let folder = ShippedLessons.folder.appendingPathComponent("heldout")
        let groups = HeldOutDialogues.groups(try ShippedLessons.load())
        var total = 0
        for group in groups {
            total += group.dialogues.count
            let file = folder.appendingPathComponent(group.name + ".jsonl")
            let data = try DialogueSet(group).encoded()
            if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
                try data.write(to: file)
            }
            #expect(try Data(contentsOf: file) == data, "\(group.name) is out of date")
            #expect(try DialogueSet(file: file).entries.count == group.dialogues.count)
        }
        #expect(total >= 300)
    }

    @Test("the memory sets recall after 1, 5, 10 and 20 turns in both languages")
    func memoryGaps() throws {
        let groups = HeldOutDialogues.groups(try ShippedLessons.load())
        for language in ["en", "ko"] {
            let memory = try #require(groups.first { $0.name == "memory-\(language)" })
            for gap in HeldOutDialogues.gaps {
                #expect(memory.dialogues.filter { $0.turns.last?.gap == gap }.count >= 10)
            }
            #expect(memory.dialogues.allSatisfy { $0.turns.last?.needs == .session })
        }
    }
}
