import ChatCore
import ChatCorpus

/// Dialogues that a model knew before, mixed into what it is to learn, so that it keeps them: without, a
/// network that goes on learning forgets (McCloskey and Cohen 1989; rehearsal: Robins 1995).
public struct Rehearsal: Sendable {
    /// The stream of old dialogues for a seed.
    let source: @Sendable (UInt64) -> any DialogueSource
    /// Of the dialogues read, the part that is old: above 0, below 1.
    public let share: Double
    /// SHA-256 that names them.
    public let hash: String

    /// The lessons that a model was made from.
    public init(_ lessons: LessonFolder, share: Double = 0.5) {
        source = { LessonSource(lessons, seed: $0) }
        self.share = min(0.95, max(0.05, share))
        hash = lessons.hash
    }
}
