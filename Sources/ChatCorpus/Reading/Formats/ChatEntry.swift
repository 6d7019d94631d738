import ChatCore

/// One message of an exported chat, or a line that its program wrote.
package struct ChatEntry: Sendable, Equatable {
    /// Nil for what nobody said.
    package var sender: String?
    /// When it was said, in minutes from any day; nil where that is not known.
    package var minutes: Int?
    package var text: String
    /// Where it begins, from 1; 0 where lines mean nothing.
    package var line = 0
    /// Whether another chat begins here.
    package var opens = false
}

/// Gives the messages of an exported chat, the oldest first.
package protocol ChatEntryReader {
    /// - Throws: `CorpusError`.
    mutating func next() throws -> ChatEntry?
}
