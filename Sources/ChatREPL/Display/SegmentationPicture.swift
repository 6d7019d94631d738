import ChatEvaluation

/// Surprise over a text without spaces, and where it is cut, as an SVG picture.
enum SegmentationPicture {
    /// Characters of a row, and the most rows.
    private static let (columns, mostRows) = (64, 24)
    private static let (cell, height) = (14.0, 74.0)

    static func svg(_ segmentation: TextSegmentation) -> String {
        let rows = segmentation.lines.lazy.filter { !$0.characters.isEmpty }
            .flatMap { line in
                stride(from: 0, to: line.characters.count, by: columns).map { (line, $0) }
            }.prefix(mostRows)
        let drawn = rows.enumerated().map { index, row in
            self.row(row.0, from: row.1, top: 20 + Double(index) * height)
        }
        let bottom = 20 + Double(drawn.count) * height
        let legend = phrase(
            "bars: bits a character, 10 and more at the top; red: a word is cut off before it; blue line: a space stood there"
        )
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(20 + Double(columns) * cell) \
            \(bottom + 20)" font-family="monospace" font-size="12" fill="#333">
            <rect width="100%" height="100%" fill="white"/>
            \(drawn.joined(separator: "\n"))
            <text x="10" y="\(bottom + 8)">\(legend)</text>
            </svg>

            """
    }

    private static func row(
        _ line: TextSegmentation.Line, from start: Int, top: Double
    ) -> String {
        let (cuts, spaces) = (Set(line.cuts), Set(line.spaces))
        let floor = top + height - 24
        return (start..<min(start + columns, line.characters.count)).map { place in
            let x = 10 + Double(place - start) * cell
            // In this order: `min` gives its first argument when the second is not a number.
            let bar = max(0, min(10, line.bits[place])) * 4.4
            let color = cuts.contains(place) ? "#b2182b" : "#bbb"
            let edge =
                spaces.contains(place)
                ? "<path d=\"M\(x - 1) \(top)V\(floor + 14)\" stroke=\"#2166ac\"/>" : ""
            return
                "<rect x=\"\(x + 1)\" y=\"\(floor - bar)\" width=\"\(cell - 3)\" height=\"\(bar)\" fill=\"\(color)\"/>"
                + edge
                + "<text x=\"\(x + cell / 2 - 1)\" y=\"\(floor + 13)\" text-anchor=\"middle\">\(ComparisonPage.escaped(String(line.characters[place])))</text>"
        }.joined()
    }
}
