import Foundation
import Testing

/// `FILES.md`: its examples by their labels, and its tables.
struct FilesDocument {
    struct Block {
        /// What stands behind the opening backticks.
        let label: String
        let lines: [String]
        var text: String { lines.joined(separator: "\n") }
    }

    static let repository = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    let blocks: [Block]
    private let lines: [String]

    /// Whether a name stands somewhere as `name`.
    func tells(of name: String) -> Bool { lines.contains { $0.contains("`\(name)`") } }

    init() throws {
        let text = try String(
            contentsOf: Self.repository.appending(path: "FILES.md"), encoding: .utf8)
        lines = text.components(separatedBy: "\n")
        var blocks: [Block] = []
        var open: (label: String, lines: [String])?
        for line in lines {
            if let block = open {
                if line == "```" {
                    blocks.append(Block(label: block.label, lines: block.lines))
                    open = nil
                } else {
                    open?.lines.append(line)
                }
            } else if line.hasPrefix("```") {
                open = (String(line.dropFirst(3)), [])
            }
        }
        self.blocks = blocks
    }

    func block(_ label: String) throws -> Block {
        try #require(blocks.first { $0.label == label }, "FILES.md has no example '\(label)'")
    }

    /// The first column of the table below a heading, without backticks.
    func names(under heading: String) -> [String] {
        lines.drop { $0 != "## \(heading)" }.dropFirst().prefix { !$0.hasPrefix("## ") }
            .filter { $0.hasPrefix("| ") }.dropFirst(2)
            .map { row in
                row.split(separator: "|")[0].trimmingCharacters(
                    in: CharacterSet(charactersIn: " `"))
            }
    }

    /// Every key of a JSON text with the keys above it: `difference.line`. Elements of a list are one.
    static func keys(_ json: String) throws -> Set<String> {
        keys(try JSONSerialization.jsonObject(with: Data(json.utf8)), below: "")
    }

    private static func keys(_ value: Any, below path: String) -> Set<String> {
        if let object = value as? [String: Any] {
            return object.reduce(into: []) { found, entry in
                found.insert(path + entry.key)
                found.formUnion(keys(entry.value, below: path + entry.key + "."))
            }
        }
        return (value as? [Any] ?? []).reduce(into: []) { $0.formUnion(keys($1, below: path)) }
    }
}
