import ChatCore
import ChatEvaluation

/// Activations as a heat map: characters across, units and heads down.
package struct ActivationText {
    package let style: Style
    /// Columns of the terminal.
    package let width: Int

    /// Rows shown.
    static let rowCount = 16

    package init(style: Style, width: Int) {
        self.style = style
        self.width = width
    }

    /// The units worth showing: those that follow something (which stands behind their names), the
    /// heads, and the liveliest.
    package static func rows(
        _ trace: ActivationTrace, features: UnitFeatures
    ) -> [ActivationTrace.Unit] {
        let named = Set(features.findings.map(\.unit))
        var rows = trace.units.filter { named.contains($0.name) }
        let followers = rows.count
        for unit in trace.heads + trace.liveliest(rowCount)
        where rows.count < rowCount && !rows.contains(where: { $0.name == unit.name }) {
            rows.append(unit)
        }
        return rows.enumerated().map { index, unit in
            var row = unit
            row.name = Words.spoken.retold(unit.name)
            if index < followers {
                let followed = features.findings.filter { $0.unit == unit.name }
                row.name += " (\(followed.map { name($0.feature) }.joined(separator: ", ")))"
            }
            return row
        }
    }

    private static func name(_ feature: UnitFeatures.Feature) -> String {
        Words.spoken[feature.rawValue]
    }

    /// The unit of a finding.
    private static func name(_ finding: UnitFeatures.Finding) -> String {
        Words.spoken.retold(finding.unit)
    }

    /// The map, in as many blocks as the text needs lines.
    package func map(_ trace: ActivationTrace, rows: [ActivationTrace.Unit]) -> String {
        let label = rows.map { DisplayWidth.of($0.name) }.max() ?? 0
        let room = max(10, width - label - 3)
        var blocks: [String] = []
        var start = 0
        while start < trace.characters.count {
            var end = start
            var used = 0
            while end < trace.characters.count {
                let size = cellWidth(trace.characters[end])
                if used + size > room, end > start { break }
                used += size
                end += 1
            }
            blocks.append(block(trace, rows, start..<end, label))
            start = end
        }
        return blocks.joined(separator: "\n\n") + "\n" + legend
    }

    func shown(_ character: Character) -> String {
        character.isNewline ? "␤" : VisibleText.oneLine(String(character))
    }

    private func cellWidth(_ character: Character) -> Int {
        max(1, DisplayWidth.of(shown(character)))
    }

    private func block(
        _ trace: ActivationTrace, _ rows: [ActivationTrace.Unit], _ range: Range<Int>, _ label: Int
    ) -> String {
        let head =
            String(repeating: " ", count: label + 2)
            + trace.characters[range].map(shown).joined()
        let lines = rows.map { unit in
            let largest = max(unit.values.map(abs).max() ?? 0, 1e-9)
            let cells = range.map { index in
                cell(unit.values[index] / largest, cellWidth(trace.characters[index]), unit.isHead)
            }
            return TextWrap.padded(unit.name, label) + "  " + cells.joined()
        }
        return ([style.bold(head)] + lines).joined(separator: "\n")
    }

    /// One value of −1 to 1: blue below 0, red above; without colour a letter, capitals above 0.
    private func cell(_ value: Float, _ size: Int, _ isHead: Bool) -> String {
        // In this order: `min` gives its first argument when the second is not a number.
        let level = Int(min(4, abs(value) * 4.999))
        guard style.isColored else {
            let marks: [Character] = isHead || value >= 0 ? Array(" .oO@") : Array(" ,:=#")
            return String(marks[level]) + String(repeating: " ", count: size - 1)
        }
        let red = [234, 52, 88, 124, 160]
        let blue = [234, 17, 18, 20, 27]
        let green = [234, 22, 28, 34, 40]
        let palette = isHead ? green : value >= 0 ? red : blue
        return style.shade(String(repeating: " ", count: size), palette[level])
    }

    private var legend: String {
        guard style.isColored else {
            return TextWrap.paragraphs(
                phrase(
                    "each row on its own scale: , : = # below 0, . o O @ above 0, blank about 0"),
                width: width)
        }
        let shades = [
            (phrase("below 0"), 20), (phrase("about 0"), 234), (phrase("above 0"), 124),
            (phrase("heads"), 28),
        ]
        let title = phrase("each row on its own scale:")
        let shown = shades.map { style.shade(" \($0.0) ", $0.1) }.joined()
        let fits = DisplayWidth.of(title) + 1 + DisplayWidth.of(shown) <= width
        return title + (fits ? " " : "\n") + shown
    }

    /// The units that follow something, with their figures.
    package func findings(_ features: UnitFeatures, isProbe: Bool) -> String {
        guard !features.findings.isEmpty else {
            return TextWrap.paragraphs(
                phrase("Nothing in this text varies that a unit could be seen to follow."),
                width: width)
        }
        let title =
            isProbe
            ? phrase("Units that follow something (the text is short: measured on a built-in one)")
            : phrase("Units that follow something")
        let named = features.findings.map { DisplayWidth.of(Self.name($0.feature)) }.max() ?? 0
        let units = features.findings.map { DisplayWidth.of(Self.name($0)) }.max() ?? 0
        let rows = features.findings.map { finding -> (unit: String, figures: String) in
            let sign = finding.correlation >= 0 ? "+" : "-"
            let figure = ModelText.fixed(abs(finding.correlation), 2)
            let what = TextWrap.padded(Self.name(finding.feature), named)
            let figures = phrase(
                "correlation %@  (chance %@, %@ characters)", sign + figure,
                ModelText.fixed(finding.chance, 2), finding.characters)
            return ("  \(what)  \(TextWrap.padded(Self.name(finding), units))", figures)
        }
        // Where not all of them fit, the figures of each stand below it.
        let fits = rows.allSatisfy { DisplayWidth.of("\($0.unit)  \($0.figures)") <= width }
        let lines = rows.map { row in
            fits
                ? "\(row.unit)  \(row.figures)"
                : TextWrap.paragraphs(row.unit, width: width, indent: 4) + "\n"
                    + TextWrap.paragraphs("    \(row.figures)", width: width)
        }
        let head = style.bold(TextWrap.paragraphs(title, width: width))
        return ([head] + lines).joined(separator: "\n")
    }
}
