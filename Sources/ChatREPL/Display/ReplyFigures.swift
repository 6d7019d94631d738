import ChatCore

/// `/set verbose on`: how long a reply is, how fast it came, and how sure it is to be taken.
package struct ReplyFigures: Sendable, Equatable {
    /// Characters that were generated.
    package let characters: Int
    /// From the message to the last of them, the reading of the message with it.
    package let seconds: Double
    /// The share of such replies that are right, 0 to 1; nil where it is not known.
    package let certainty: Double?

    package init(characters: Int, seconds: Double, certainty: Double?) {
        self.characters = characters
        self.seconds = seconds
        self.certainty = certainty
    }

    /// On one line.
    package var line: String {
        let count =
            characters == 1
            ? phrase("1 character") : phrase("%@ characters", ModelText.grouped(characters))
        // What took no time that can be measured has no speed.
        let speed = ModelText.whole(Double(characters) / seconds, in: 0...1_000_000_000)
        let parts = [
            count, seconds > 0 ? phrase("%@ a second", ModelText.grouped(speed)) : nil,
            certainty.map { phrase("certainty %@", CertaintyText.percent($0)) },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}
