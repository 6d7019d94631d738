import Foundation

/// What the libraries say: mostly what is wrong with a file. Such a text has its values in it already, so it is
/// known by what stands between them.
extension Words {
    /// A text of a library in this language; as it is where the tables lack it. What the system says begins with
    /// a capital there, and not in the table.
    package func retold(_ text: String) -> String {
        table[text.lowercased()] ?? table[text] ?? known(text)
    }

    /// What stands for a value may be such a text itself.
    private func known(_ text: String) -> String {
        if let told = libraries[text] { return told }
        let fits = libraries.keys.sorted().compactMap { english -> Fit? in
            guard english.contains("%@"), let told = libraries[english],
                let values = Self.values(of: english, in: text)
            else { return nil }
            let fixed = english.count - 2 * values.count
            return Fit(told: told, values: values, fixed: fixed)
        }
        // The one that leaves least to the values.
        guard let best = fits.max(by: { $0.fixed < $1.fixed }) else { return text }
        return Self.filled(best.told, best.values.map(known))
    }

    /// A text of the tables that stands in another, its values, and the characters beside them.
    private struct Fit {
        let told: String
        let values: [String]
        let fixed: Int
    }

    /// What stands in `text` where `english` has `%@`; nil where the rest is not the same.
    private static func values(of english: String, in text: String) -> [String]? {
        let parts = english.components(separatedBy: "%@")
        guard let first = parts.first, let last = parts.last, text.hasPrefix(first) else {
            return nil
        }
        var rest = text.dropFirst(first.count)
        var values: [String] = []
        for part in parts.dropFirst().dropLast() {
            guard let place = rest.range(of: part) else { return nil }
            values.append(String(rest[..<place.lowerBound]))
            rest = rest[place.upperBound...]
        }
        guard rest.hasSuffix(last) else { return nil }
        values.append(String(rest.dropLast(last.count)))
        // Where a text begins with a file and what is wrong behind it, the file is no part of what is wrong.
        return first.isEmpty && values[0].contains(": ") ? nil : values
    }
}
