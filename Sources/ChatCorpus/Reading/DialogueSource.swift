import ChatCore
import Foundation

/// Something that gives dialogues one after another: a file, a list, a generator of lessons.
package protocol DialogueSource: Sendable {
    /// The next dialogue; nil at the end. An endless source never returns nil.
    mutating func next() throws -> Dialogue?

    /// The next dialogue, and the exchanges whose replies nobody should learn to say.
    mutating func nextToLearn() throws -> (dialogue: Dialogue, spoiled: Set<Int>)?

    /// Where the source stands, so that `restore` makes an equal source go on exactly there. Nil when
    /// it cannot tell; resumed training then draws again as many dialogues as were drawn.
    var position: Data? { get }

    /// Goes on where `position` was taken.
    mutating func restore(_ position: Data) throws
}

extension DialogueSource {
    package mutating func nextToLearn() throws -> (dialogue: Dialogue, spoiled: Set<Int>)? {
        try next().map { ($0, []) }
    }

    package var position: Data? { nil }

    package mutating func restore(_ position: Data) throws {
        throw CorpusError.position("this source of dialogues cannot be moved")
    }
}
