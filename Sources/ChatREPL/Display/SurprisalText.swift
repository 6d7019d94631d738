import ChatCore
import ChatEvaluation

/// Replies coloured by surprise, and the odds at one place.
package enum SurprisalText {
    /// A reply with each character in the colour of what it cost; without colour a line of whole bits
    /// (9 for more) under each line. The legend stands below.
    package static func reply(
        _ characters: [CharacterSurprisal], style: Style, width: Int
    ) -> String {
        let total = characters.reduce(0) { $0 + $1.bits }
        let count = characters.reduce(0) { $0 + Normalization.characterCount($1.character) }
        let summary = phrase(
            "%@ bits, %@ a character", ModelText.fixed(total, 1),
            ModelText.fixed(total / Double(max(1, count)), 2))
        if style.isColored {
            let text = characters.map { painted($0, style) }.joined()
            return text + "\n" + legend(style) + style.dim("  \(summary)")
        }
        var lines: [String] = []
        var (text, digits, used) = ("", "", 0)
        func end() {
            lines += [text, digits]
            (text, digits, used) = ("", "", 0)
        }
        for character in characters {
            let shown = VisibleText.oneLine(character.character)
            let size = DisplayWidth.of(shown)
            if used + size > max(10, width - 1) { end() }
            text += shown
            let bits = character.bits.isNaN ? 9 : ModelText.whole(character.bits, in: 0...9)
            digits += TextWrap.padded("\(bits)", size)
            used += size
        }
        end()
        return lines.joined(separator: "\n") + "\n" + phrase("(bits a character; %@)", summary)
    }

    /// What the colours mean.
    package static func legend(_ style: Style) -> String {
        let title = style.dim(phrase("bits a character:") + " ")
        return title + style.good(phrase("below 1")) + "  \(phrase("1 to 2"))  "
            + style.warning(phrase("2 to 4")) + "  "
            + style.problem(phrase("4 and more"))
    }

    private static func painted(_ character: CharacterSurprisal, _ style: Style) -> String {
        let text = VisibleText.lines(character.character)
        switch character.bits {
        case ..<1: return style.good(text)
        case ..<2: return text
        case ..<4: return style.warning(text)
        default: return style.problem(text)
        }
    }

    /// `/odds`: the alternatives at one place, likeliest first.
    package static func odds(_ odds: CharacterOdds, title: String, style: Style) -> String {
        let rows = odds.alternatives.map { alternative in
            let percent = TextWrap.right(ModelText.fixed(100 * alternative.probability, 1), 6)
            let filled = ModelText.whole(alternative.probability * 20, in: 0...20)
            let bar = TextWrap.padded(String(repeating: "█", count: filled), 20)
            let text = alternative.text.isEmpty ? phrase("(the end)") : alternative.text
            let mark = alternative.isTaken ? "*" : " "
            return "\(mark)\(percent) %  \(style.name(bar))  …\(VisibleText.oneLine(text))"
        }
        let taken =
            odds.alternatives.contains(where: \.isTaken) ? phrase("; * is what was said") : ""
        let note = phrase("entropy %@ bits", ModelText.fixed(odds.entropy, 2)) + taken
        return ([title] + rows + [style.dim(note)]).joined(separator: "\n")
    }
}
