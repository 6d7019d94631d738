import ChatCore
import Foundation

/// Units that follow something legible, found by correlation over a text.
package struct UnitFeatures: Sendable, Equatable {
    /// What a unit can follow, as a number for each character.
    package enum Feature: String, Sendable, CaseIterable {
        case quotes = "inside quotes"
        case line = "place in the line"
        case word = "place in the word"
        case hangul = "Hangul, not Latin letters"
        case capital = "capital letter"
        case space = "space"
        case digit = "digit"
    }

    /// The unit that follows a feature best.
    package struct Finding: Sendable, Equatable {
        package var feature: Feature
        package var unit: String
        /// Pearson's correlation of the unit's activation with the feature, −1 to 1.
        package var correlation: Double
        /// The best of any unit with the feature moved along by half the text: what chance gives.
        package var chance: Double
        /// Characters it was measured on.
        package var characters: Int
    }

    package var findings: [Finding]

    /// Text shorter than this many characters says little; `probe` is read instead.
    package static let leastCharacters = 200

    /// For every feature that varies in the text the unit that follows it best, strongest first.
    package init(_ trace: ActivationTrace) {
        findings = Feature.allCases.compactMap { feature in
            let values = feature.values(trace.characters)
            let places = values.indices.filter { values[$0] != nil }
            let wanted = places.compactMap { values[$0] }
            guard places.count > 20, Set(wanted).count > 1 else { return nil }
            let moved = Array(wanted[(wanted.count / 2)...] + wanted[..<(wanted.count / 2)])
            var best: (unit: String, correlation: Double)?
            var chance = 0.0
            for unit in trace.units {
                let activations = places.map { Double(unit.values[$0]) }
                let found = Self.correlation(activations, wanted)
                if abs(found) > abs(best?.correlation ?? 0) { best = (unit.name, found) }
                chance = max(chance, abs(Self.correlation(activations, moved)))
            }
            return best.map {
                Finding(
                    feature: feature, unit: $0.unit, correlation: $0.correlation, chance: chance,
                    characters: places.count)
            }
        }.sorted { abs($0.correlation) > abs($1.correlation) }
    }

    /// Pearson's correlation; 0 where one of the two does not vary.
    static func correlation(_ a: [Double], _ b: [Double]) -> Double {
        let count = Double(a.count)
        guard count > 1 else { return 0 }
        let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
        var (both, squaresA, squaresB) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            both += (x - meanA) * (y - meanB)
            squaresA += (x - meanA) * (x - meanA)
            squaresB += (y - meanB) * (y - meanB)
        }
        let product = squaresA * squaresB
        return product > 1e-18 ? both / product.squareRoot() : 0
    }

    /// Read where the given text is short: both languages, quotes, lines, numbers.
    package static let probe = """
        "Where do you live?" she asked. "I live in Busan," said Ada, "near the sea."
        The market opens at 9 and closes at 18. Anna bought 12 apples, 3 pears and some bread.
        "어디에 살아요?" 하고 물었어요. "부산에 살아요." 민준이 "바다 옆이에요." 하고 말했어요.
        Spain is in Europe; its capital is Madrid. 스페인은 유럽에 있고 수도는 마드리드예요.
        "And Japan?" "Tokyo," he said. In 2012 the weather was warm. 오늘은 11월 24일이에요.
        A line that is much longer than the others goes on and on until it comes to its end at last.
        Short line.
        그는 "고마워요." 하고 웃었어요. She wrote: "Thank you, and good night."
        """
}

extension UnitFeatures.Feature {
    /// The feature at each character; nil where it has no meaning.
    func values(_ characters: [Character]) -> [Double?] {
        var inQuotes = false
        var line = 0.0
        var word = 0.0
        return characters.map { character in
            defer {
                line = character.isNewline ? 0 : line + 1
                word = character.isLetter || character.isNumber ? word + 1 : 0
            }
            let isHangul =
                character.unicodeScalars.first.map { Hangul.isSyllable($0.value) } ?? false
            switch self {
            case .quotes:
                if "\"“”「」".contains(character) {
                    inQuotes = character == "\"" ? !inQuotes : "“「".contains(character)
                    return nil
                }
                return inQuotes ? 1 : 0
            case .line: return character.isNewline ? nil : line
            case .word: return character.isLetter ? word : nil
            case .hangul: return character.isLetter ? (isHangul ? 1 : 0) : nil
            case .capital:
                return character.isLetter && !isHangul ? (character.isUppercase ? 1 : 0) : nil
            case .space: return character == " " ? 1 : 0
            case .digit: return character.isNumber ? 1 : 0
            }
        }
    }
}
