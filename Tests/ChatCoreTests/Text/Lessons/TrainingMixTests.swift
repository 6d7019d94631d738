import ChatCore
import ChatCorpus
import Foundation
import Testing

@Suite("What training has more of than held-out sets")
struct TrainingMixTests {
    private let folder: TemporaryFolder
    private let lessons: LessonFolder

    /// Four things to tell, the friend most often.
    init() throws {
        folder = try TemporaryFolder()
        let weights = [("cat", 1), ("dog", 4), ("friend", 8), ("boss", 1)]
        let text = weights.map { name, weight in
            """
            [told \(name)]
            values: ~latin
            weight: \(weight)
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
        // Without phrasings that are held out a dialogue is sought long and in vain.
        return (0..<(split == .heldOutPhrasings ? 10 : 600)).flatMap { _ in
            source.nextAnnotated().turns
        }
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
            let wrong = several.first { turn in
                !turn.reply.hasPrefix("Yes, ")
                    || turn.reply.components(separatedBy: " And ").count != turn.told.count
                    || turn.told.contains { !turn.user.contains($0) || !turn.reply.contains($0) }
            }
            #expect(wrong == nil, "\(String(describing: wrong))")
            return Set(several.map(\.told.count))
        }
        #expect(told(.training) == [2, 3])
        #expect(told(.heldOutNames) == [2])
        #expect(told(.heldOutPhrasings) == [])
    }

    @Test("people often introduce themselves: what is told most comes first")
    func introductions() {
        func friendFirst(_ split: LessonSplit) -> Double {
            let several = turns(split).filter { $0.kind == "told several" }
            let first = several.filter { $0.reply.hasPrefix("Yes, friend") }
            return Double(first.count) / Double(several.count)
        }
        let (training, heldOut) = (friendFirst(.training), friendFirst(.heldOutNames))
        #expect(training > 1.4 * heldOut, "\(training), \(heldOut)")
    }

    @Test("lines that open a long list, and the first kinds of small talk, come more often")
    func commonFirst() throws {
        let lines = (1...40).map { "  Line \($0) {dog}." }.joined(separator: "\n")
        try folder.write(
            "a.txt",
            "[told dog]\nvalues: ~latin\ntell:\n\(lines)\nask: Who?\nack: Yes {dog}.\n"
                + "answer: {dog}.\nunknown: Not told.\n")
        func kinds(_ name: String) -> String {
            "[talk]\n" + (1...80).map { "\(name) \($0).\n=> \(name), \($0)!\n" }.joined()
        }
        try folder.write("talk-more.txt", kinds("More"))
        try folder.write("talk.txt", kinds("Common"))
        let lessons = try LessonFolder.load(folder.url)
        func shares(_ split: LessonSplit) -> (lines: Double, talk: Double) {
            var source = LessonSource(lessons, seed: 3, split: split)
            let turns = (0..<600).flatMap { _ in source.nextAnnotated().turns }
            func share(_ kind: String, where isCommon: (String) -> Bool) -> Double {
                let all = turns.filter { $0.kind == kind }.map(\.user)
                return Double(all.count(where: isCommon)) / Double(all.count)
            }
            let told = share("told dog") { user in
                (1...8).contains { user.lowercased().contains("line \($0) ") }
            }
            return (told, share("talk") { $0.lowercased().contains("common") })
        }
        let (training, heldOut) = (shares(.training), shares(.heldOutNames))
        #expect(training.lines > 0.4 && heldOut.lines < 0.3, "\(training), \(heldOut)")
        #expect(training.talk > 0.6 && heldOut.talk < 0.6, "\(training), \(heldOut)")
    }
}
