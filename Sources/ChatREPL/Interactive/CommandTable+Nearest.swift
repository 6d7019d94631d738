import Foundation

/// Which command a mistyped one was meant to be.
extension CommandTable {
    /// The name that a mistyped one, with its slash, was meant to be: one that begins so, that has the same
    /// letters, that is a slip of the finger away, or a Korean one to which an ending was added.
    static func nearest(to name: String) -> String? {
        let name = name.lowercased()
        let typed = letters(name)
        guard typed.count > 2 else { return nil }
        let names = entries.flatMap { $0.names + $0.koreanNames }
        return names.first { name.count > 2 && $0.hasPrefix(name) }
            ?? names.first { $0.sorted() == name.sorted() }
            ?? slip(from: typed, among: names)
            ?? names.first { name.hasPrefix($0) && $0.unicodeScalars.contains { !$0.isASCII } }
    }

    /// The nearest of `names` by single letters: one edit away, or two where the name is long and Korean,
    /// whose syllables are compared by their letters.
    private static func slip(from typed: [Unicode.Scalar], among names: [String]) -> String? {
        // A path or a name with a number behind it is no slip of the finger.
        guard typed.dropFirst().allSatisfy({ $0.properties.isAlphabetic || $0 == "-" }) else {
            return nil
        }
        let near = names.compactMap { name -> (name: String, edits: Int)? in
            let meant = letters(name)
            let limit = meant.count > 7 && !meant[1].isASCII ? 2 : 1
            guard meant.count > 3, abs(meant.count - typed.count) <= limit else { return nil }
            let count = edits(typed, meant)
            return count <= limit ? (name: name, edits: count) : nil
        }
        return near.min { $0.edits < $1.edits }?.name
    }

    private static func letters(_ name: String) -> [Unicode.Scalar] {
        Array(name.decomposedStringWithCanonicalMapping.unicodeScalars)
    }

    /// Insertions, deletions, substitutions and swaps of neighbours that make one of the other.
    private static func edits(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var rows = [Array(0...b.count)]
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var least = min(rows[i][j] + (a[i] == b[j] ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    least = min(least, rows[i - 1][j - 1] + 1)
                }
                row.append(least)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
