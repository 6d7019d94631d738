import ChatCore
import ChatEvaluation
import Foundation

/// Activations as an SVG picture.
package enum ActivationPicture {
    /// - Parameter rows: the units to draw, from top to bottom.
    package static func svg(_ trace: ActivationTrace, rows: [ActivationTrace.Unit]) -> String {
        let (cell, top) = (14.0, 30.0)
        let left = 16 + 6.7 * Double(rows.map { DisplayWidth.of($0.name) }.max() ?? 0)
        let width = left + Double(trace.characters.count) * cell + 20
        let height = top + Double(rows.count) * cell + 50
        let letters = trace.characters.enumerated().map { index, character in
            let x = left + (Double(index) + 0.5) * cell
            let shown = character.isNewline ? "␤" : ComparisonPage.escaped(String(character))
            return "<text x=\"\(x)\" y=\"\(top - 8)\" text-anchor=\"middle\">\(shown)</text>"
        }
        let lines = rows.enumerated().map { row, unit in
            let y = top + Double(row) * cell
            let largest = max(unit.values.map(abs).max() ?? 0, 1e-9)
            let cells = unit.values.enumerated().map { index, value in
                let x = left + Double(index) * cell
                return
                    "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(cell - 1)\" height=\"\(cell - 1)\" fill=\"\(color(Double(value / largest), unit.isHead))\"/>"
            }
            return
                "<text x=\"\(left - 6)\" y=\"\(y + 10)\" text-anchor=\"end\">\(unit.name)</text>"
                + cells.joined()
        }
        let legend = [
            phrase("each row on its own scale: blue below 0, red above 0"),
            phrase("green: the norm of a head's memory or change"),
        ]
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(max(width, 640)) \(height)" \
            font-family="monospace" font-size="11" fill="#333">
            <rect width="100%" height="100%" fill="white"/>
            \(letters.joined())
            \(lines.joined(separator: "\n"))
            <text x="10" y="\(height - 28)">\(legend[0])</text>
            <text x="10" y="\(height - 13)">\(legend[1])</text>
            </svg>

            """
    }

    private static func color(_ value: Double, _ isHead: Bool) -> String {
        // In this order: `min` gives its first argument when the second is not a number.
        let strength = min(1, abs(value))
        func mixed(_ color: (Double, Double, Double)) -> String {
            let parts = [color.0, color.1, color.2].map { Int(245 + ($0 - 245) * strength) }
            return String(format: "#%02x%02x%02x", parts[0], parts[1], parts[2])
        }
        if isHead { return mixed((20, 120, 60)) }
        return value >= 0 ? mixed((178, 24, 43)) : mixed((33, 102, 172))
    }
}
