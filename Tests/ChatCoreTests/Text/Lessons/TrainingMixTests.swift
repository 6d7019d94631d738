import ChatCore
import Foundation
import Testing

@Suite("What training has more of than held-out sets")
struct TrainingMixTests {
    private let folder: TemporaryFolder
    private let lessons: LessonFolder

    /// Four things to tell.
    init() throws {
        folder = try TemporaryFolder()
        let text = ["cat", "dog", "friend", "boss"].map { name in
            """
            [told \(name)]
            values: ~latin
            tell: My \(name) is {\(name)}.
            ask: Who is my \(name)?
            ack: Hello {\(name)}.
            answer: {\(name)}.
            unknown: Not told.
            clause-first: \(name) {\(name)},
            clause: \(name) {\(name)}.
            noted-first: Yes, \(name) {\(name)}.
            noted: And \(name) {\(name)}.

            """
        }
        try folder.write("a.txt", text.joined())
        lessons = try LessonFolder.load(folder.url)
    }

    private func turns(_ split: LessonSplit) -> [LessonTurn] {
        var source = LessonSource(lessons, seed: 3, split: split)
        return (0..<600).flatMap { _ in source.nextAnnotated().turns }
    }

    @Test("longer names and more questions for what was not told")
    func harderInTraining() {
        func drawn(_ split: LessonSplit) -> (long: Int, untold: Double) {
            let turns = turns(split)
            let words = turns.flatMap(\.told).flatMap { $0.split(separator: " ") }
            let untold = turns.filter { $0.kind.hasPrefix("untold") }.count
            return (words.filter { $0.count > 10 }.count, Double(untold) / Double(turns.count))
        }
        let (training, heldOut) = (drawn(.training), drawn(.heldOutNames))
        #expect(training.long > 20 && heldOut.long == 0, "\(training.long), \(heldOut.long)")
        #expect(training.untold > 1.1 * heldOut.untold, "\(training.untold), \(heldOut.untold)")
    }

    @Test(
        "several things told in one line are all noted; three at once only here, none in phrasings")
    func toldTogether() {
        func told(_ split: LessonSplit) -> Set<Int> {
            let several = turns(split).filter { $0.kind == "told several" }
            for turn in several {
                #expect(turn.reply.hasPrefix("Yes, "))
                #expect(turn.reply.components(separatedBy: " And ").count == turn.told.count)
                for value in turn.told {
                    #expect(turn.user.contains(value) && turn.reply.contains(value), "\(turn)")
                }
            }
            return Set(several.map(\.told.count))
        }
        #expect(told(.training) == [2, 3])
        #expect(told(.heldOutNames) == [2])
        #expect(told(.heldOutPhrasings) == [])
    }
}
