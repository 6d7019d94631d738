import ChatCore

/// What knowing the text behind a gap is worth: the cost of the true middle of lines, with both sides given and
/// with the left side alone.
package struct FillEvaluation: Sendable, Equatable, Codable {
    /// Lines that were asked.
    package var lines = 0
    /// Unicode characters of all middles.
    package var characters = 0
    /// Bits of all middles, and by which part the second is more than the first, with its 95 % interval by
    /// bootstrap over lines.
    package var bothBits = 0.0
    package var leftBits = 0.0
    package var saved = 0.0
    package var interval: Interval?

    enum CodingKeys: String, CodingKey {
        case lines, characters, saved
        case bothBits = "both_bits"
        case leftBits = "left_bits"
        case interval = "saved_95"
    }

    /// Lines shorter than that have no middle to speak of.
    static let shortest = 30

    /// The middle third of a line, and what stands on both sides of it.
    static func parts(of line: String) -> (before: String, middle: String, after: String) {
        let characters = Array(line)
        let (first, second) = (characters.count / 3, characters.count * 2 / 3)
        return (
            String(characters[..<first]), String(characters[first..<second]),
            String(characters[second...])
        )
    }

    /// Takes the middle third out of lines, spread over all of them.
    /// - Parameters:
    ///   - limit: most lines that are asked.
    ///   - progress: called after each with the share done; false stops.
    /// - Returns: nil when stopped.
    /// - Throws: `CorpusError.empty` where no line is long enough.
    package init?(
        _ text: [String], model: ChatModel, limit: Int = 200,
        progress: (Double) -> Bool = { _ in true }
    ) throws {
        let long = text.filter { $0.count >= Self.shortest }
        guard !long.isEmpty else { throw CorpusError.empty(file: "the text") }
        let count = min(limit, long.count)
        let fill = TextFill(model: model)
        var groups: [Bootstrap.Group] = []
        for index in 0..<count {
            let parts = Self.parts(of: long[index * long.count / count])
            let cost = fill.cost(of: parts.middle, between: parts.before, and: parts.after)
            lines += 1
            characters += Normalization.characterCount(parts.middle)
            bothBits += cost.both
            leftBits += cost.left
            groups.append(Bootstrap.Group(sum: cost.left - cost.both, count: cost.left))
            guard progress(Double(index + 1) / Double(count)) else { return nil }
        }
        saved = leftBits > 0 ? (leftBits - bothBits) / leftBits : 0
        interval = Bootstrap.interval(of: groups)
    }
}
