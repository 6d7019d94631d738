import ChatCore

/// One authored line with `{slots}` and `(this|that)` choices, compiled for fast rendering.
///
/// - `{dog}` is replaced by the value of `dog`; `{dog 은/는}` adds the Korean ending that fits it.
/// - `{@food}` draws from the list `food`, `{~latin}` an invented name; the same word in the reply
///   means the same value.
/// - `(What is|What's)` is one of the choices; `(city|)` may be left out. Choices nest.
package struct LessonTemplate: Sendable {
    indirect enum Node: Sendable {
        case text(String)
        case slot(String, KoreanParticle?)
        case choice([[Node]])
    }

    let nodes: [Node]
    /// As it was written.
    package let source: String

    /// Choices within choices: reading them and writing them out are recursive.
    private static let deepestChoice = 50

    /// - Throws: `LessonProblem` for an unclosed bracket, choices nested too deep or an ending that is
    ///   not a pair.
    init(_ source: String) throws {
        self.source = source
        var rest = Substring(source)
        nodes = try Self.parse(&rest, depth: 0)[0]
        guard rest.isEmpty else { throw LessonProblem("')' without '(' in '\(source)'") }
    }

    /// Reads branches up to the closing bracket (or the end at depth 0, where `|` is plain text).
    private static func parse(_ rest: inout Substring, depth: Int) throws -> [[Node]] {
        var branches: [[Node]] = [[]]
        var text = ""
        func flush() {
            if !text.isEmpty { branches[branches.count - 1].append(.text(text)) }
            text = ""
        }
        while let character = rest.first {
            if character == ")" && depth == 0 { break }
            rest.removeFirst()
            switch character {
            case "{":
                guard let close = rest.firstIndex(of: "}") else {
                    throw LessonProblem("'{' is not closed")
                }
                let words = rest[..<close].split(separator: " ", maxSplits: 1)
                guard let name = words.first else { throw LessonProblem("'{}' names no slot") }
                rest = rest[rest.index(after: close)...]
                flush()
                branches[branches.count - 1].append(
                    .slot(String(name), words.count > 1 ? try KoreanParticle(words[1]) : nil))
            case "(":
                guard depth < deepestChoice else {
                    throw LessonProblem("choices nest more than \(deepestChoice) deep")
                }
                flush()
                let inner = try parse(&rest, depth: depth + 1)
                guard rest.first == ")" else { throw LessonProblem("'(' is not closed") }
                rest.removeFirst()
                branches[branches.count - 1].append(.choice(inner))
            case ")":
                rest = ")" + rest
                flush()
                return branches
            case "|" where depth > 0:
                flush()
                branches.append([])
            default: text.append(character)
            }
        }
        flush()
        return branches
    }

    /// The slots outside of choices: those that every rendering has.
    var certainSlots: Set<String> {
        Set(nodes.compactMap { if case .slot(let name, _) = $0 { name } else { nil } })
    }

    /// The slots named anywhere in the line, each once, in order.
    package var slots: [String] {
        var found: [String] = []
        func visit(_ nodes: [Node]) {
            for node in nodes {
                switch node {
                case .text: break
                case .slot(let name, _): if !found.contains(name) { found.append(name) }
                case .choice(let branches): branches.forEach(visit)
                }
            }
        }
        visit(nodes)
        return found
    }

    /// Every line that the choices allow, slots left as `{name}`: what held-out phrasings are compared
    /// by. At most `limit` of them.
    package func expansions(limit: Int = 100_000) -> [String] {
        func expand(_ nodes: [Node]) -> [String] {
            var lines = [""]
            for node in nodes {
                let endings: [String]
                switch node {
                case .text(let text): endings = [text]
                case .slot(let name, _): endings = ["{\(name)}"]
                case .choice(let branches): endings = branches.flatMap(expand)
                }
                lines = lines.flatMap { line in endings.map { line + $0 } }
                if lines.count > limit { lines = Array(lines.prefix(limit)) }
            }
            return lines
        }
        return expand(nodes)
    }
}

/// A stretch of a rendered line: typing noise may touch authored text but not a told value.
struct LessonPiece {
    var text: String
    var isValue: Bool
}

/// The values that a line's slots stand for.
struct LessonBindings {
    private(set) var pairs: [(name: String, value: String)] = []

    subscript(name: String) -> String? {
        get { pairs.last { $0.name == name }?.value }
        set {
            if let newValue { pairs.append((name, newValue)) }
        }
    }
}

extension LessonTemplate {
    /// Whether a space at the end of `before` meets a space or a mark.
    private static func clash(_ before: String, _ after: String) -> Bool {
        before.utf8.last == UInt8(ascii: " ")
            && after.utf8.first.map { " ?.!,".utf8.contains($0) } == true
    }

    /// Writes the line out. A slot that is not bound is asked of `draw` and then bound.
    func render(
        _ bindings: inout LessonBindings, random: inout RandomStream,
        draw: (String, inout RandomStream) -> String
    ) -> [LessonPiece] {
        var pieces: [LessonPiece] = []
        func visit(_ nodes: [Node]) {
            for node in nodes {
                switch node {
                case .text(let text): append(text)
                case .choice(let branches): visit(branches[random.index(below: branches.count)])
                case .slot(let name, let particle):
                    let value: String
                    if let bound = bindings[name] {
                        value = bound
                    } else {
                        value = draw(name, &random)
                        bindings[name] = value
                    }
                    pieces.append(LessonPiece(text: value, isValue: true))
                    if let particle { append(particle.form(after: value)) }
                }
            }
        }
        func append(_ written: String) {
            // A choice left out leaves no doubled space, and none before a mark.
            var text = written
            if pieces.isEmpty
                ? text.hasPrefix(" ") : Self.clash(pieces[pieces.count - 1].text, text)
            {
                if text.hasPrefix(" ") {
                    text.removeFirst()
                } else {
                    pieces[pieces.count - 1].text.removeLast()
                }
            }
            if let last = pieces.indices.last, !pieces[last].isValue {
                pieces[last].text += text
            } else {
                pieces.append(LessonPiece(text: text, isValue: false))
            }
        }
        visit(nodes)
        return pieces
    }
}
