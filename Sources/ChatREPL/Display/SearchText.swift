import ChatCore
import ChatSearch
import Foundation

/// What search found, in words.
package enum SearchText {
    /// The hits, one block each. Where there is no colour, what matched stands in [brackets].
    /// - Parameter width: to which their lines are broken.
    package static func hits(
        _ result: SearchResult, style: Style, width: Int = .max
    ) -> String {
        var blocks = result.hits.enumerated().map { index, hit in
            let label = "\(index + 1)"
            return TextWrap.paragraphs(
                block(hit, label, style), width: width, hanging: label.count + 2)
        }
        if !result.isRanked {
            blocks.append(
                style.dim(
                    phrase(
                        "Every word is too common to rank by: these are the first entries that have it."
                    )
                ))
        }
        return blocks.joined(separator: "\n")
    }

    /// Which terms are true of which hit, and of what the query is made.
    package static func table(_ truth: SearchTruth, style: Style, width: Int = 80) -> String {
        let terms = zip(SearchTruth.letters, truth.terms).map {
            "\($0) \(VisibleText.line($1, limit: 40))"
        }
        let letters = truth.terms.indices.map { style.name(SearchTruth.letters[$0]) }
        let number = "\(truth.rows.count)".count
        func row(_ head: String, _ cells: [String], _ value: String) -> String {
            "\(TextWrap.right(head, number))  \(cells.joined(separator: " "))  \(value)"
        }
        func bit(_ isTrue: Bool) -> String { isTrue ? style.good("1") : style.dim("0") }
        let rows = zip(truth.rows, truth.values).enumerated().map { index, hit in
            row("\(index + 1)", hit.0.map(bit), bit(hit.1))
        }
        let legend = TextWrap.paragraphs(terms.joined(separator: ", "), width: width)
        return ([legend, row("", letters, truth.formula)] + rows).joined(separator: "\n")
    }

    /// The notice when there is no hit.
    package static func nothing(_ query: String) -> String {
        phrase("Nothing found for '%@'.", VisibleText.line(query, limit: 60))
    }

    private static func block(_ hit: SearchHit, _ label: String, _ style: Style) -> String {
        let text = hit.snippet.map { piece in
            let shown = VisibleText.line(piece.text, limit: 1_000)
            return piece.isMatch ? mark(shown, style) : shown
        }.joined()
        let space = String(repeating: " ", count: label.count + 2)
        var lines = ["\(style.name(label))  \(text)"]
        if let answer = hit.entry.answer {
            lines.append(space + style.bold(VisibleText.line(answer, limit: 300)))
        }
        lines.append(space + style.dim(about(hit)))
        return lines.joined(separator: "\n")
    }

    /// Which words matched, which did not, how well, and where it stands.
    private static func about(_ hit: SearchHit) -> String {
        let shown = hit.matched.filter { !hit.elsewhere.contains($0) }
        var parts = [phrase("matched: %@", words(shown))]
        if !hit.elsewhere.isEmpty {
            parts.append(phrase("in another wording: %@", words(hit.elsewhere)))
        }
        if !hit.missing.isEmpty { parts.append(phrase("not: %@", words(hit.missing))) }
        if hit.score > 0 { parts.append(phrase("score %@", ModelText.fixed(hit.score, 1))) }
        let line = hit.entry.line > 0 ? ":\(hit.entry.line)" : ""
        if !hit.entry.file.isEmpty { parts.append(VisibleText.oneLine(hit.entry.file) + line) }
        return parts.joined(separator: " · ")
    }

    private static func words(_ words: [String]) -> String {
        let shown = words.prefix(12).map { VisibleText.line($0, limit: 40) }.joined(separator: ", ")
        return words.isEmpty ? phrase("none") : shown + (words.count > 12 ? ", …" : "")
    }

    private static func mark(_ text: String, _ style: Style) -> String {
        style.isColored ? style.match(text) : "[\(text)]"
    }

    /// One JSON object.
    package static func json(
        _ result: SearchResult, query: String, entries: Int, seconds: Double,
        truth: SearchTruth? = nil
    ) throws -> String {
        let report = Report(
            query: query, entries: entries, ranked: result.isRanked, seconds: seconds,
            truth: truth.map {
                Report.Truth(
                    formula: $0.formula, terms: $0.terms, rows: $0.rows, values: $0.values)
            }, hits: result.hits.map(Report.Hit.init))
        return try JSONText.line(report)
    }

    private struct Report: Encodable {
        struct Piece: Encodable {
            var text: String
            var match: Bool
        }

        struct Truth: Encodable {
            var formula: String
            var terms: [String]
            /// By hit and term.
            var rows: [[Bool]]
            /// Of the formula, by hit.
            var values: [Bool]
        }

        struct Hit: Encodable {
            var text: String
            var answer: String?
            var file: String
            var line: Int?
            var score: Double
            var coverage: Double
            var matched: [String]
            var missing: [String]
            /// Those of `matched` that only another wording of the entry has.
            var elsewhere: [String]
            var snippet: [Piece]

            init(_ hit: SearchHit) {
                text = hit.entry.text
                answer = hit.entry.answer
                file = hit.entry.file
                line = hit.entry.line > 0 ? hit.entry.line : nil
                score = hit.score
                coverage = hit.coverage
                matched = hit.matched
                missing = hit.missing
                elsewhere = hit.elsewhere
                snippet = hit.snippet.map { Piece(text: $0.text, match: $0.isMatch) }
            }
        }

        var query: String
        var entries: Int
        var ranked: Bool
        var seconds: Double
        /// Of the terms and hits; where it was asked for.
        var truth: Truth?
        var hits: [Hit]
    }
}
