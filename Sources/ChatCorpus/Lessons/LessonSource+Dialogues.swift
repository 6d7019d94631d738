import ChatCore
import Foundation

/// Lessons as a source of training dialogues.
extension LessonSource: DialogueSource {
    /// Nil only where the lessons give no dialogue at all.
    package mutating func next() -> Dialogue? { nextToLearn()?.dialogue }

    package mutating func nextToLearn() -> (dialogue: Dialogue, spoiled: Set<Int>)? {
        let turns = nextAnnotated().turns
        guard !turns.isEmpty else { return nil }
        return (
            Dialogue(exchanges: turns.map { ($0.user, $0.reply) }),
            Set(turns.indices.filter { turns[$0].isSpoiled })
        )
    }

    /// Dialogues beyond any run, far from overflow.
    private static let most: UInt64 = 1 << 52

    private struct Place: Codable {
        var lessons: String
        var seed: UInt64
        var split: LessonSplit
        var drawn: UInt64
        var difficulty: Double
        var ramp: UInt64
    }

    /// How many dialogues were drawn, and from what.
    package var position: Data? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try? encoder.encode(
            Place(
                lessons: lessons.hash, seed: seed, split: split, drawn: drawn,
                difficulty: difficulty, ramp: ramp))
    }

    /// - Throws: `CorpusError.position` for a place in other lessons or another stream of these.
    package mutating func restore(_ position: Data) throws {
        guard let place = try? JSONDecoder().decode(Place.self, from: position) else {
            throw CorpusError.position("it is no place in lessons")
        }
        guard place.lessons == lessons.hash else {
            throw CorpusError.position("the lessons have changed since")
        }
        guard place.seed == seed, place.split == split else {
            throw CorpusError.position("it belongs to another stream of these lessons")
        }
        guard place.drawn <= Self.most else {
            throw CorpusError.position("its count cannot be")
        }
        drawn = place.drawn
        difficulty = place.difficulty
        ramp = place.ramp
    }
}
