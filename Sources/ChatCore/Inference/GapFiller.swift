/// Fills the gaps of a text, which are marked by four underscores or more, or writes on at both its ends.
package struct GapFiller: Sendable {
    /// A stretch of the finished text.
    package struct Piece: Sendable, Equatable, Codable {
        /// What stands there.
        package var text: String
        /// Whether the model made it up.
        package var isMade: Bool

        /// A stretch, as it is written.
        package init(text: String, isMade: Bool) {
            self.text = text
            self.isMade = isMade
        }

        enum CodingKeys: String, CodingKey {
            case text
            case isMade = "made"
        }
    }

    private let model: ChatModel
    /// How characters are drawn.
    package let settings: SamplingSettings
    private let limit: Int

    /// - Parameters:
    ///   - model: one that learned to fill (`TextFill.isKnown`).
    ///   - limit: most characters of a gap, and of what is written at an end.
    package init(model: ChatModel, settings: SamplingSettings, limit: Int) {
        self.model = model
        self.settings = settings
        self.limit = limit
    }

    /// The parts of a text between its gaps; one where it has none.
    package static func parts(of text: String) -> [String] {
        var parts = [""]
        var dashes = ""
        func flush(_ parts: inout [String], _ dashes: inout String) {
            if dashes.count >= 4 { parts.append("") } else { parts[parts.count - 1] += dashes }
            dashes = ""
        }
        for character in text {
            if character == "_" {
                dashes.append(character)
            } else {
                flush(&parts, &dashes)
                parts[parts.count - 1].append(character)
            }
        }
        flush(&parts, &dashes)
        return parts
    }

    /// Writes what is missing: in each gap from left to right; in a text without one, before it and behind it.
    /// - Parameter emit: given each stretch, what is made in small ones; false stops.
    /// - Returns: all stretches, in order.
    package func fill(_ text: String, seed: UInt64, emit: (Piece) -> Bool) -> [Piece] {
        var random = RandomStream(seed: seed)
        let parts = Self.parts(of: text)
        var pieces: [Piece] = []
        for step in Self.steps(parts) {
            let before = pieces.map(\.text).joined()
            var made = ""
            var goesOn = true
            func hear(_ piece: String) -> Bool {
                made += piece
                if !piece.isEmpty { goesOn = emit(Piece(text: piece, isMade: true)) }
                return goesOn
            }
            switch step {
            case .known(let text):
                pieces.append(Piece(text: text, isMade: false))
                goesOn = text.isEmpty || emit(pieces[pieces.count - 1])
            case .gap(let after):
                TextFill(model: model).write(
                    between: before, and: after, limit: limit, settings: settings,
                    random: &random, emit: hear)
            case .end:
                TextSampler(model: model).write(
                    limit, after: before, settings: settings, random: &random, emit: hear)
            }
            if !made.isEmpty { pieces.append(Piece(text: made, isMade: true)) }
            if !goesOn { break }
        }
        return pieces.filter { !$0.text.isEmpty }
    }

    private enum Step {
        case known(String)
        /// With what follows it.
        case gap(after: String)
        case end
    }

    /// What is written, one stretch after another.
    private static func steps(_ parts: [String]) -> [Step] {
        guard parts.count > 1 else { return [.gap(after: parts[0]), .known(parts[0]), .end] }
        return [.known(parts[0])]
            + (1..<parts.count).flatMap {
                [.gap(after: parts[$0...].joined(separator: " ")), .known(parts[$0])]
            }
    }
}
