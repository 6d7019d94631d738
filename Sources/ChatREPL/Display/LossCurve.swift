import ChatCore
import ChatTraining
import Foundation

/// Training and validation loss over a run, as an SVG file and as a few lines of text.
struct LossCurve {
    let history: [TrainingProgress]

    private var losses: [Double] {
        history.flatMap { [$0.trainLoss, $0.validationLoss ?? $0.trainLoss] }.filter { $0.isFinite }
    }

    /// Lowest and highest loss, apart even when all are equal.
    private var range: (low: Double, high: Double) {
        let low = losses.min() ?? 0
        return (low, max(losses.max() ?? 1, low + 1e-6))
    }

    private var legend: String { phrase("o validation  . training (nats per character)") }

    /// Eight rows: `o` validation, `.` training, the scale in nats per character at the left.
    func text(width: Int = 60) -> [String] {
        guard history.count > 1, width > 20 else { return [] }
        let rows = 8
        let columns = min(width - 10, max(20, history.count * 2))
        var grid = [[Character]](
            repeating: [Character](repeating: " ", count: columns), count: rows)
        func place(_ index: Int, _ loss: Double, _ mark: Character) {
            guard loss.isFinite else { return }
            let x = index * (columns - 1) / (history.count - 1)
            let height = (range.high - loss) / (range.high - range.low) * Double(rows - 1)
            grid[Int(height.rounded())][x] = mark
        }
        for (index, entry) in history.enumerated() { place(index, entry.trainLoss, ".") }
        for (index, entry) in history.enumerated() {
            if let loss = entry.validationLoss { place(index, loss, "o") }
        }
        return grid.enumerated().map { row, cells in
            let value = range.high - Double(row) / Double(rows - 1) * (range.high - range.low)
            let label = row == 0 || row == rows - 1 ? String(format: "%7.3f", value) : "       "
            return "\(label) |\(String(cells))"
        } + [TextWrap.paragraphs("        " + legend, width: width)]
    }

    /// What stands under every curve.
    private static let caption = "loss, nats per character"

    /// Whether a file is such a picture, in whichever language.
    static func isCurve(_ url: URL) -> Bool {
        // A curve has some kilobytes.
        guard let data = try? readFile(url, limit: 1 << 24) else { return false }
        let text = String(decoding: data, as: UTF8.self)
        return Language.allCases.contains { text.contains(Words($0)[caption]) }
    }

    /// A self-contained picture.
    func svg(title: String) -> String {
        let (width, height, left, bottom) = (640.0, 360.0, 60.0, 40.0)
        let longest = Double(max(1, history.map(\.characters).max() ?? 1))
        func point(_ entry: TrainingProgress, _ loss: Double) -> String {
            let x = left + Double(entry.characters) / longest * (width - left - 20)
            let y =
                20 + (range.high - loss) / (range.high - range.low) * (height - bottom - 20)
            return String(format: "%.1f,%.1f", x, y)
        }
        func line(_ color: String, _ value: (TrainingProgress) -> Double?) -> String {
            let points = history.compactMap { entry -> String? in
                guard let loss = value(entry), loss.isFinite else { return nil }
                return point(entry, loss)
            }
            return
                "<polyline fill=\"none\" stroke=\"\(color)\" stroke-width=\"2\" points=\"\(points.joined(separator: " "))\"/>"
        }
        func label(_ x: Double, _ y: Double, _ text: String, _ anchor: String = "start") -> String {
            "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\">\(ComparisonPage.escaped(text))</text>"
        }
        let axis = height - bottom
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" \
            font-family="sans-serif" font-size="12" fill="#444">
            <rect width="100%" height="100%" fill="white"/>
            <path d="M\(left) 20V\(axis)H\(width - 20)" fill="none" stroke="#888"/>
            \(label(left - 6, 26, String(format: "%.3f", range.high), "end"))
            \(label(left - 6, axis, String(format: "%.3f", range.low), "end"))
            \(label(width - 20, axis + 18, phrase("%@ characters", history.last?.characters ?? 0), "end"))
            \(label(left, axis + 18, "\(title): \(Words.spoken[Self.caption])"))
            \(line("#9ecae1") { $0.trainLoss })
            \(line("#08519c") { $0.validationLoss })
            \(label(width - 20, 34, phrase("dark: validation, light: training"), "end"))
            </svg>

            """
    }
}
