import ChatCore
import ChatEvaluation

/// Text cut into words, and how well.
enum SegmentationText {
    /// A line with spaces at the cuts. In colour each cut is green where a space stood and red where none
    /// did, and a space that was missed is a yellow line; without colour it is the text and nothing else.
    static func line(_ line: TextSegmentation.Line, style: Style) -> String {
        guard style.isColored, !line.spaces.isEmpty else {
            return VisibleText.oneLine(line.words.joined(separator: " "))
        }
        let (cuts, spaces) = (Set(line.cuts), Set(line.spaces))
        return line.characters.enumerated().map { place, character in
            let mark =
                switch (cuts.contains(place), spaces.contains(place)) {
                case (true, true): style.good("·")
                case (true, false): style.problem("·")
                case (false, true): style.warning("|")
                case (false, false): ""
                }
            return mark + VisibleText.oneLine(String(character))
        }.joined()
    }

    /// The comparison; one line where the text had no spaces to compare with.
    static func scores(_ segmentation: TextSegmentation, isColored: Bool) -> String {
        guard segmentation.model.spaces > 0 else {
            return phrase("The text had no spaces to compare the cuts with.")
        }
        let rows = [
            (phrase("surprise of the model"), segmentation.model),
            (phrase("transition probabilities"), segmentation.transitions),
            (phrase("at random, as many"), segmentation.chance),
        ]
        let heading = phrase("cuts against the spaces")
        let titles = [phrase("precision"), phrase("recall"), "F1"]
        // No wider than its words: it has to fit a narrow terminal.
        let width = ([heading] + rows.map { $0.0 }).map { DisplayWidth.of($0) }.max() ?? 0
        func row(_ name: String, _ cells: [String]) -> String {
            TextWrap.padded(name, width + 1)
                + zip(cells, titles).map { cell, title in
                    TextWrap.right(cell, max(5, DisplayWidth.of(title)) + 1)
                }.joined()
        }
        let lines = rows.map { name, score in
            row(name, [score.precision, score.recall, score.f1].map { ModelText.fixed($0, 3) })
        }
        let legend =
            isColored
            ? [phrase("green: a space stood there, red: none did, yellow: missed")] : []
        return (legend + [row(heading, titles)] + lines).joined(separator: "\n")
    }

    /// A line as one JSON object.
    static func json(_ line: TextSegmentation.Line) throws -> String {
        try JSONText.line(
            Cut(
                text: String(line.characters), words: line.words,
                bits: line.bits.map { ($0 * 1_000).rounded() / 1_000 }))
    }

    private struct Cut: Encodable {
        let text: String
        let words: [String]
        /// What each character cost.
        let bits: [Double]
    }

    /// The comparison as one JSON object.
    static func json(_ segmentation: TextSegmentation) throws -> String {
        try JSONText.line(
            Scores(
                characters: segmentation.lines.reduce(0) { $0 + $1.characters.count },
                spaces: Int(segmentation.model.spaces), surprise: Score(segmentation.model),
                transitions: Score(segmentation.transitions), random: Score(segmentation.chance)))
    }

    private struct Scores: Encodable {
        let characters, spaces: Int
        let surprise, transitions, random: Score
    }

    private struct Score: Encodable {
        let precision, recall, f1: Double

        init(_ score: CutScore) {
            (precision, recall, f1) = (score.precision, score.recall, score.f1)
        }
    }
}
