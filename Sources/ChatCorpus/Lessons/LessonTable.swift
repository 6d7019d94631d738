import Foundation

/// A table of facts: one row an entity, one column an attribute; read from a tab-separated file whose
/// first line names the columns. A cell may give several names, `South Korea | Korea`: replies use the
/// first, questions any. An empty cell is a fact that is not known.
package struct LessonTable: Sendable {
    package let name: String
    package let columns: [String]
    /// [row][column][alternative]
    package let rows: [[[String]]]

    init(name: String, text: String, file: String) throws {
        self.name = name
        var columns: [String] = []
        var rows: [[[String]]] = []
        for (index, line) in LessonParser.lines(of: text).enumerated() {
            if line.hasPrefix("#") || line.allSatisfy(\.isWhitespace) { continue }
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            if columns.isEmpty {
                columns = cells
                continue
            }
            guard cells.count == columns.count else {
                throw LessonError.line(
                    file: file, line: index + 1,
                    problem: "\(cells.count) cells, but the heading names \(columns.count) columns")
            }
            rows.append(
                cells.map { cell in
                    cell.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
                        .filter { !$0.isEmpty }
                })
        }
        guard !rows.isEmpty else {
            throw LessonError.folder(path: file, problem: "the table has no rows")
        }
        self.columns = columns
        self.rows = rows
    }
}
