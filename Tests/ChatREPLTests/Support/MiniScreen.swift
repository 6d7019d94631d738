import ChatREPL

/// As much of a terminal as GNU readline needs, to see what a user would see: rows of cells, a
/// cursor, wide characters, and the control sequences of xterm that move, erase, insert and delete.
struct MiniScreen {
    private let columns: Int
    /// Each row's cells; a wide character is followed by an empty cell.
    private var rows: [[String]] = [[]]
    private var row = 0
    private(set) var column = 0
    /// A sequence that has begun, without its ESC.
    private var sequence: String?

    init(columns: Int) { self.columns = columns }

    /// The rows without the spaces at their ends, down to the last that the cursor reached.
    var lines: [String] {
        rows.map { cells in
            var text = cells.joined()
            while text.last == " " { text.removeLast() }
            return text
        }
    }
    var text: String { lines.joined(separator: "\n") }

    mutating func draw(_ text: String) {
        for scalar in text.unicodeScalars {
            if let begun = sequence {
                sequence = begun + String(scalar)
                finishSequence(with: scalar)
            } else {
                draw(scalar)
            }
        }
    }

    private mutating func draw(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\u{1B}": sequence = ""
        case "\r": column = 0
        case "\n": newLine()
        case "\u{8}": column = max(0, column - 1)
        case "\u{7}": break
        case "\t": column = min(columns - 1, (column / 8 + 1) * 8)
        default: put(String(scalar))
        }
    }

    private mutating func put(_ character: String) {
        let width = DisplayWidth.of(character)
        guard width > 0 else { return }
        if column + width > columns {
            column = 0
            newLine()
        }
        pad(to: column + width)
        rows[row][column] = character
        if width == 2 { rows[row][column + 1] = "" }
        column += width
    }

    private mutating func newLine() {
        row += 1
        if row == rows.count { rows.append([]) }
    }

    private mutating func pad(to count: Int) {
        while rows[row].count < count { rows[row].append(" ") }
    }

    /// Ends a sequence at its final character and does what it says.
    private mutating func finishSequence(with last: Unicode.Scalar) {
        guard let begun = sequence else { return }
        if begun.hasPrefix("]") {
            // A command to the terminal itself, up to BEL.
            if last == "\u{7}" { sequence = nil }
            return
        }
        guard begun.hasPrefix("[") else {
            // ESC ( B and the like have one more character; others end here.
            if !["(", ")"].contains(begun) { sequence = nil }
            return
        }
        guard begun.count > 1, ("@"..."~").contains(last) else { return }
        sequence = nil
        let parameters = begun.dropFirst().dropLast()
        let count = Int(parameters) ?? (last == "K" || last == "J" ? 0 : 1)
        switch last {
        case "A": row = max(0, row - count)
        case "B": for _ in 0..<count { newLine() }
        case "C": column = min(columns - 1, column + count)
        case "D": column = max(0, column - count)
        case "G": column = min(columns - 1, max(0, count - 1))
        case "K": erase(count)
        case "J":
            erase(0)
            if row + 1 < rows.count { rows.removeSubrange((row + 1)...) }
        case "P":
            pad(to: column)
            rows[row].removeSubrange(column..<min(rows[row].count, column + count))
        case "@":
            pad(to: column)
            rows[row].insert(contentsOf: [String](repeating: " ", count: count), at: column)
        case "H": (row, column) = (0, 0)
        default: break
        }
    }

    private mutating func erase(_ mode: Int) {
        switch mode {
        case 0: rows[row].removeSubrange(min(column, rows[row].count)...)
        case 1: for i in 0..<min(column + 1, rows[row].count) { rows[row][i] = " " }
        default: rows[row] = []
        }
    }
}
