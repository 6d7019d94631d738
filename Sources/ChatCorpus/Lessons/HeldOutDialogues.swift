import ChatCore

/// Dialogues for measuring: made by the machinery of training from names and phrasings that training
/// never sees. One group for each question asked of a model.
package enum HeldOutDialogues {
    /// A file of dialogues.
    package struct Group: Sendable {
        /// Such as `names-en`.
        package var name: String
        package var dialogues: [LessonDialogue]
    }

    /// Turns between telling and recalling in the memory groups.
    package static let gaps = [1, 5, 10, 20]

    /// All groups for every course: names, phrasings, memory, unknown. The same lessons and seed give
    /// the same dialogues.
    package static func groups(_ lessons: LessonFolder, seed: UInt64 = 2026) -> [Group] {
        lessons.courses.enumerated().flatMap { index, course in
            func make(
                _ name: String, _ branch: UInt64, count: Int, split: LessonSplit,
                _ fill: (inout LessonDialogueBuilder, Int) -> Bool
            ) -> Group {
                var random = RandomStream(seed: seed, branch: UInt64(index) << 8 | branch)
                var dialogues: [LessonDialogue] = []
                var tries = 0
                while dialogues.count < count, tries < count * 100 {
                    tries += 1
                    var builder = LessonDialogueBuilder(
                        course: course, split: split, difficulty: 1,
                        random: RandomStream(seed: random.next()))
                    if fill(&builder, dialogues.count), !builder.turns.isEmpty {
                        dialogues.append(LessonDialogue(course: course.name, turns: builder.turns))
                    }
                }
                return Group(name: "\(name)-\(course.name)", dialogues: dialogues)
            }
            return [
                make("names", 1, count: 60, split: .heldOutNames) { builder, _ in
                    builder.converse(turns: 4...12)
                },
                make("phrasings", 2, count: 60, split: .heldOutPhrasings) { builder, _ in
                    builder.converse(turns: 4...12)
                },
                make("memory", 3, count: 60, split: .heldOutNames) { builder, index in
                    builder.remember(over: gaps[index % gaps.count])
                },
                make("unknown", 4, count: 40, split: .heldOutPhrasings) { builder, _ in
                    builder.wonder()
                },
            ].filter { !$0.dialogues.isEmpty }
        }
    }
}

extension LessonDialogueBuilder {
    /// A dialogue of a length in `turns`, without small talk at its ends.
    fileprivate mutating func converse(turns range: ClosedRange<Int>) -> Bool {
        let length = range.lowerBound + random.index(below: range.count)
        let style = pickStyle()
        for _ in 0..<length * 12 where turns.count < length { step(style) }
        return turns.count >= range.lowerBound
    }

    /// Something told, `gap` other turns (sometimes with other things told), then asked for.
    fileprivate mutating func remember(over gap: Int) -> Bool {
        let free = untold
        guard !free.isEmpty else { return false }
        let index = weighted(free)
        tell(index)
        guard turns.count == 1 else { return false }
        let end = turns.count + gap
        for _ in 0..<gap * 20 where turns.count < end {
            switch random.index(below: 10) {
            case 0, 1:
                let others = untold
                if known.count < 4, !others.isEmpty { tell(weighted(others)) }
            case 2: if let other = known.first(where: { $0 != index }) { _ = recall(other) }
            case 3, 4: _ = talk()
            case 5: _ = askUnknown()
            case 6: _ = askOther()
            case 7: _ = askMore()
            default: _ = askFact()
            }
        }
        return turns.count == end && recall(index)
    }

    /// Questions that cannot be answered, one thing told among them.
    fileprivate mutating func wonder() -> Bool {
        let free = untold
        if random.index(below: 2) == 0, !free.isEmpty { tell(weighted(free)) }
        for _ in 0..<3 { _ = askUnknown() }
        let others = untold
        if !others.isEmpty { _ = recall(weighted(others)) }
        return turns.count >= 4
    }
}
