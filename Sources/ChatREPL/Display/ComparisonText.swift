import ChatCore
import ChatCorpus
import ChatEvaluation
import Foundation

/// A comparison in three columns, or stacked where the terminal is narrow.
package struct ComparisonText {
    package let style: Style
    /// Columns of the terminal.
    package let width: Int

    static var titles: [String] {
        [phrase("with the session"), phrase("fresh state"), phrase("search")]
    }
    /// Below this many columns the three are stacked.
    static let narrow = 66

    package init(style: Style, width: Int) {
        self.style = style
        self.width = width
    }

    /// All conversations and the scores.
    package func text(_ comparison: Comparison) -> String {
        var blocks: [String] = []
        let isStacked = width < Self.narrow
        for conversation in comparison.conversations {
            if comparison.conversations.count > 1 {
                blocks.append(style.bold(VisibleText.oneLine(conversation.id)))
            }
            if !isStacked { blocks.append(heading) }
            blocks += conversation.rows.map { row($0) }
        }
        blocks.append(closing(comparison))
        return blocks.joined(separator: "\n")
    }

    /// One question under the columns' titles.
    package func single(_ row: Comparison.Row) -> String {
        width < Self.narrow ? self.row(row) : heading + "\n" + self.row(row)
    }

    private var columnWidth: Int { min(44, (width - 4) / 3) }

    private var heading: String {
        Self.titles.enumerated().map { index, title in
            style.bold(index == 2 ? title : TextWrap.padded(title, columnWidth))
        }.joined(separator: "  ")
    }

    private func row(_ row: Comparison.Row) -> String {
        let question = style.prompt(">>> ") + VisibleText.oneLine(row.question)
        let replies = [row.session, row.fresh, row.search].map(VisibleText.oneLine)
        let verdicts = row.right.map { [$0.session, $0.fresh, $0.search] }
        if width < Self.narrow {
            let label = Self.titles.map(DisplayWidth.of).max() ?? 0
            let lines = replies.indices.map { index in
                let body = TextWrap.lines(
                    mark(verdicts?[index]) + replies[index], width: width - label - 4)
                let rest = String(repeating: " ", count: label + 4)
                let head = "  " + style.dim(TextWrap.padded(Self.titles[index], label)) + "  "
                return body.enumerated().map {
                    ($0.offset == 0 ? head : rest) + painted($0.element, verdicts?[index])
                }.joined(separator: "\n")
            }
            return ([question] + lines).joined(separator: "\n")
        }
        let cells = replies.indices.map {
            TextWrap.lines(mark(verdicts?[$0]) + replies[$0], width: columnWidth)
        }
        let height = cells.map(\.count).max() ?? 0
        let lines = (0..<height).map { line in
            cells.indices.map { column in
                let text = line < cells[column].count ? cells[column][line] : ""
                let padded = column == 2 ? text : TextWrap.padded(text, columnWidth)
                return painted(padded, verdicts?[column])
            }.joined(separator: "  ").trimmingTrailingSpaces
        }
        return ([question] + lines).joined(separator: "\n")
    }

    private func mark(_ isRight: Bool?) -> String { isRight.map { $0 ? "✓ " : "✗ " } ?? "" }

    private func painted(_ text: String, _ isRight: Bool?) -> String {
        switch isRight {
        case true?: style.good(text)
        case false?: style.dim(text)
        case nil: text
        }
    }

    // MARK: - The end

    private func closing(_ comparison: Comparison) -> String {
        guard let scores = comparison.scores else { return agreement(comparison) }
        var rows: [(String, Comparison.Scores)] = []
        for need in LessonTurn.Need.allCases {
            if let score = comparison.scoresByNeed?[need.rawValue] {
                rows.append((Words.spoken[Self.label(need)], score))
            }
        }
        if rows.count > 1 { rows.append((phrase("all"), scores)) }
        let title = phrase("right")
        let label = max(DisplayWidth.of(title), rows.map { DisplayWidth.of($0.0) }.max() ?? 0)
        let columns = [phrase("session"), phrase("fresh"), phrase("search")]
        let widths = zip(columns, [7, 5, 6]).map { max(DisplayWidth.of($0), $1) }
        let gap = label + widths.reduce(0) { $0 + 2 + $1 } <= width ? "  " : " "
        func line(_ head: String, _ cells: [String]) -> String {
            TextWrap.padded(head, label)
                + zip(cells, widths).map { gap + TextWrap.right($0, $1) }.joined()
        }
        var lines = [style.bold(line(title, columns))]
        for (head, score) in rows {
            let cells = [score.session, score.fresh, score.search]
            lines.append(line(head, cells.map { "\($0.right)/\($0.of)" }))
        }
        return "\n" + lines.joined(separator: "\n")
    }

    /// What a turn's answer rests on, in words.
    package static func label(_ need: LessonTurn.Need) -> String {
        switch need {
        case .none: "small talk"
        case .world: "about the world"
        case .session: "needs the session"
        case .abstain: "nobody can know"
        }
    }

    /// Where nothing tells what is right: how often each says what the session said.
    private func agreement(_ comparison: Comparison) -> String {
        let rows = comparison.conversations.flatMap(\.rows)
        let fresh = rows.count { $0.fresh == $0.session }
        let search = rows.count { $0.search == $0.session }
        return
            "\n"
            + phrase(
                "The same words as with the session: fresh state %@ of %@, search %@ of %@.", fresh,
                rows.count, search, rows.count)
    }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
