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
        return digits(characters, width: width) + "\n" + phrase("(bits a character; %@)", summary)
    }

    /// A text with each character in the colour of its bits, or with these below it.
    static func marked(
        _ characters: [CharacterSurprisal], style: Style, width: Int
    ) -> String {
        style.isColored
            ? characters.map { painted($0, style) }.joined() + "\n" + legend(style)
            : digits(characters, width: width) + "\n" + phrase("(bits a character)")
    }

    /// Whole bits below each line of a text, 9 for more.
    private static func digits(_ characters: [CharacterSurprisal], width: Int) -> String {
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
        return lines.joined(separator: "\n")
    }

    /// What the colours mean.
    package static func legend(_ style: Style) -> String {
        let title = style.dim(phrase("bits a character:") + " ")
        return title + style.good(held(phrase("below 1"))) + "  \(held(phrase("1 to 2")))  "
            + style.warning(held(phrase("2 to 4"))) + "  "
            + style.problem(held(phrase("4 and more")))
    }

    /// With no-break spaces, so that a line ends between two ranges and not in one.
    private static func held(_ text: String) -> String {
        text.replacing(" ", with: "\u{A0}")
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
    package static func odds(
        _ odds: CharacterOdds, title: String, style: Style, width: Int
    ) -> String {
        // Figures and marks take 14 columns; the bar gives way to the text.
        let barWidth = min(20, max(4, width - 14 - 24))
        let room = max(8, width - 14 - barWidth)
        let rows = odds.alternatives.map { alternative in
            let percent = TextWrap.right(ModelText.fixed(100 * alternative.probability, 1), 6)
            let filled = ModelText.whole(
                alternative.probability * Double(barWidth), in: 0...barWidth)
            let bar = TextWrap.padded(String(repeating: "█", count: filled), barWidth)
            let text = alternative.text.isEmpty ? phrase("(the end)") : alternative.text
            let mark = alternative.isTaken ? "*" : " "
            let shown = TextWrap.cut(VisibleText.oneLine(text), room)
            return "\(mark)\(percent) %  \(style.name(bar))  …\(shown)"
        }
        let taken =
            odds.alternatives.contains(where: \.isTaken) ? phrase("; * is what was said") : ""
        let note = phrase("entropy %@ bits", ModelText.fixed(odds.entropy, 2)) + taken
        return ([title] + rows + [style.dim(note)]).joined(separator: "\n")
    }
}
