/// The string literals of a Swift source on one line each, with `%@` for each interpolation; those in
/// interpolations, too.
struct SwiftLiterals {
    struct Literal {
        let text: String
        /// The code before it, without line ends and spaces beside it.
        let before: String
    }

    private(set) var all: [Literal] = []
    private let source: [Character]
    private var place = 0

    init(_ source: String) {
        self.source = Array(source)
        while place < self.source.count { step() }
    }

    private func isAt(_ text: String) -> Bool {
        source[place...].starts(with: text)
    }

    private mutating func step() {
        switch source[place] {
        case "/" where isAt("//"): skip(to: "\n")
        case "\"" where isAt("\"\"\""):
            place += 3
            skip(to: "\"\"\"")
        case "\"": readString()
        case "#" where isAt("#\""):
            let before = codeBefore()
            place += 2
            let start = place
            skip(to: "\"#")
            all.append(
                Literal(text: String(source[start..<max(start, place - 2)]), before: before))
        default: place += 1
        }
    }

    /// Goes behind the next `end`, or to the end of the source.
    private mutating func skip(to end: String) {
        while place < source.count {
            if isAt(end) {
                place += end.count
                return
            }
            place += 1
        }
    }

    private func codeBefore() -> String {
        var start = place
        while start > 0, source[start - 1].isWhitespace { start -= 1 }
        return String(source[max(0, start - 40)..<start])
    }

    /// A literal; a quotation mark that is none (in a regular expression) ends with its line.
    private mutating func readString() {
        let before = codeBefore()
        var text = ""
        place += 1
        while place < source.count {
            let character = source[place]
            place += 1
            switch character {
            case "\"":
                all.append(Literal(text: text, before: before))
                return
            case "\n": return
            case "\\":
                guard place < source.count else { return }
                let escaped = source[place]
                place += 1
                if escaped == "(" {
                    text += "%@"
                    readInterpolation()
                } else {
                    text.append(escaped == "n" ? "\n" : escaped)
                }
            default: text.append(character)
            }
        }
    }

    private mutating func readInterpolation() {
        var depth = 1
        while place < source.count, depth > 0 {
            switch source[place] {
            case "\"": readString()
            case "(":
                depth += 1
                place += 1
            case ")":
                depth -= 1
                place += 1
            default: place += 1
            }
        }
    }
}
