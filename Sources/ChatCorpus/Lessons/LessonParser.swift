import ChatCore
import Foundation

/// One `[kind name]` section of a lesson file, not yet checked for meaning.
struct LessonSection {
    struct Item {
        let text: String
        let line: Int
    }
    let kind: String
    package let name: String
    let file: String
    let line: Int
    /// Lines under no key.
    var items: [Item] = []
    /// `key: value` lines and the indented lines under `key:`, in order.
    var fields: [(key: String, items: [Item])] = []

    func items(_ key: String) -> [Item] { fields.filter { $0.key == key }.flatMap(\.items) }

    func error(_ problem: String, line: Int? = nil) -> LessonError {
        .line(file: file, line: line ?? self.line, problem: problem)
    }

    /// The templates under `key`, in order.
    func templates(_ key: String) throws -> [LessonTemplate] {
        try items(key).map { try template($0) }
    }

    func template(_ item: Item) throws -> LessonTemplate {
        do {
            return try LessonTemplate(item.text)
        } catch let problem as LessonProblem {
            throw error(problem.text, line: item.line)
        }
    }

    /// The one template under `key`, or nil when there is none.
    func template(_ key: String) throws -> LessonTemplate? {
        let all = items(key)
        guard all.count <= 1 else {
            throw error(
                "'\(key)' takes one line, so that replies stay consistent", line: all[1].line)
        }
        return try all.first.map { try template($0) }
    }

    func required(_ key: String) throws -> LessonTemplate {
        guard let template = try template(key) else {
            throw error("[\(kind) \(name)] needs '\(key):'")
        }
        return template
    }

    /// Checks that no key is unknown.
    func allow(_ keys: Set<String>) throws {
        for field in fields where !keys.contains(field.key) {
            throw error(
                "[\(kind)] has no '\(field.key)'; it has \(keys.sorted().joined(separator: ", "))",
                line: field.items.first?.line)
        }
    }
}

/// Splits a lesson file into sections.
enum LessonParser {
    /// The lines of a file, the empty ones too.
    static func lines(of text: String) -> [String] { LineEnds.split(text) }

    /// - Throws: `LessonError.line` for a line that belongs to nothing.
    static func sections(of text: String, file: String) throws -> [LessonSection] {
        var sections: [LessonSection] = []
        for (index, line) in lines(of: text).enumerated() {
            let number = index + 1
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
            if trimmed.hasPrefix("["), trimmed.hasSuffix("]") {
                let words = trimmed.dropFirst().dropLast().split(separator: " ", maxSplits: 1)
                guard let kind = words.first else {
                    throw LessonError.line(file: file, line: number, problem: "'[]' names no kind")
                }
                sections.append(
                    LessonSection(
                        kind: String(kind), name: words.count > 1 ? String(words[1]) : "",
                        file: file,
                        line: number))
                continue
            }
            guard let last = sections.indices.last else {
                throw LessonError.line(
                    file: file, line: number, problem: "a lesson begins with a [kind name] line")
            }
            let isIndented = line.first == " " || line.first == "\t"
            if isIndented, let field = sections[last].fields.indices.last {
                sections[last].fields[field].items.append(.init(text: trimmed, line: number))
            } else if !isIndented, let colon = trimmed.firstIndex(of: ":"),
                trimmed[..<colon].allSatisfy({ $0.isASCII && ($0.isLowercase || $0 == "-") }),
                !trimmed.contains("=>")
            {
                let value = trimmed[trimmed.index(after: colon)...]
                    .trimmingCharacters(in: .whitespaces)
                sections[last].fields.append(
                    (
                        String(trimmed[..<colon]),
                        value.isEmpty ? [] : [.init(text: value, line: number)]
                    ))
            } else {
                sections[last].items.append(.init(text: trimmed, line: number))
            }
        }
        return sections
    }
}
