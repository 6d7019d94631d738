import ChatCore
import ChatEvaluation

extension ActivationText {
    /// The places at which each unit fires most, the character in brackets between what stands around it.
    func places(_ all: [UnitPlaces], in trace: ActivationTrace) -> String {
        guard !all.isEmpty else { return "" }
        // The figure and the brackets take 12 columns.
        let side = max(6, min(24, (width - 12 - 2) / 2))
        let blocks = all.map { unit in
            let lines = unit.places.map { place in
                let figure = TextWrap.right(Self.signed(place.value), 8)
                let before = fitted(trace.characters[..<place.index].reversed(), side)
                let after = fitted(trace.characters[(place.index + 1)...], side)
                let fired = style.name("[\(shown(trace.characters[place.index]))]")
                return
                    "\(figure)  \(style.dim(before.reversed().joined()))\(fired)\(style.dim(after.joined()))"
            }
            return (["  \(Words.spoken.retold(unit.unit))"] + lines).joined(separator: "\n")
        }
        return ([style.bold(phrase("Where each of these fires most"))] + blocks)
            .joined(separator: "\n")
    }

    /// As many of the characters as fit `columns`, as they are shown.
    private func fitted(_ characters: some Sequence<Character>, _ columns: Int) -> [String] {
        var (kept, used) = ([String](), 0)
        for character in characters {
            let text = shown(character)
            used += DisplayWidth.of(text)
            if used > columns { break }
            kept.append(text)
        }
        return kept
    }

    private static func signed(_ value: Float) -> String {
        (value >= 0 ? "+" : "-") + ModelText.fixed(Double(abs(value)), 2)
    }
}
