import ChatCore
import ChatCorpus
import Foundation
import Testing

@Suite("Values that no list holds")
struct VariedValueTests {
    private let lists = [
        "foods": ValueList("caramel\ngrapes\nrice cakes\n김치찌개"),
        "jobs": ValueList("toy maker\ntest engineer"),
        "months": ValueList("# closed\nMay\nJune"),
    ]

    @Test("about a seventh of the values change, by one letter or into words of the open lists")
    func shares() {
        let varied = VariedValue(lists)
        let words = Set(
            lists.values.filter { !$0.isClosed }.flatMap(\.training)
                .flatMap { $0.split(separator: " ") })
        var random = RandomStream(seed: 1)
        var (kept, exchanged, composed) = (0, 0, 0)
        for _ in 0..<4_000 {
            let value = varied.vary("grapes", random: &random)
            let differences = zip(value, "grapes").filter { $0 != $1 }.count
            if value == "grapes" {
                kept += 1
            } else if value.split(separator: " ").allSatisfy(words.contains) {
                composed += 1
            } else {
                #expect(value.count == 6 && differences == 1, "\(value)")
                exchanged += 1
            }
            #expect(value == "grapes" || !HeldOut.contains(value))
        }
        #expect((3_350...3_600).contains(kept))
        #expect((150...300).contains(exchanged))
        #expect((230...400).contains(composed))
    }

    @Test("a syllable stays a syllable, a value without letters stays as it is")
    func scripts() {
        let varied = VariedValue([:])
        var random = RandomStream(seed: 2)
        for _ in 0..<400 {
            let korean = varied.vary("김치찌개", random: &random)
            #expect(korean.unicodeScalars.count == 4)
            #expect(korean.unicodeScalars.allSatisfy { (0xAC00...0xD7A3).contains($0.value) })
            #expect(varied.vary("42", random: &random) == "42")
        }
    }

    @Test("only training varies: held-out dialogues show values of the lists as they stand")
    func onlyTraining() throws {
        let lessons = try ShippedLessons.load()
        let foods = try ["en", "ko"].reduce(into: Set<String>()) { foods, course in
            let file = ShippedLessons.folder.appendingPathComponent("\(course)/lists/foods.txt")
            let list = ValueList(try String(contentsOf: file, encoding: .utf8))
            foods.formUnion((list.training + list.heldOut).map { $0.lowercased() })
        }
        func strangers(_ split: LessonSplit) -> Int {
            var source = LessonSource(lessons, seed: 4, split: split)
            var count = 0
            for _ in 0..<4_000 {
                for turn in source.nextAnnotated().turns where turn.kind == "told food" {
                    for value in turn.told where value.contains(" ") {
                        if !foods.contains(value.lowercased()) { count += 1 }
                    }
                }
            }
            return count
        }
        // Invented names of two words are strangers in both.
        #expect(strangers(.training) > 2 * strangers(.heldOutNames))
    }
}
