import ChatCore

/// Where values come from, written as in `names*3 ~latin*5 ~number(1-99)`: names of lists and, with a
/// tilde, generators, each with a weight.
package struct ValueSource: Sendable {
    enum Part: Sendable {
        case list(String)
        case latin, hangul
        case number(ClosedRange<UInt64>)
        /// Several different values of a list.
        case several(String, ClosedRange<UInt64>)
    }

    let parts: [(part: Part, weight: UInt64)]
    private let total: UInt64

    /// - Throws: `LessonProblem` for a word that is neither a list nor a generator.
    init(_ text: String, lists: [String: ValueList]) throws {
        var parts: [(Part, UInt64)] = []
        for word in text.split(separator: " ") {
            let pieces = word.split(separator: "*")
            guard let name = pieces.first, pieces.count <= 2,
                let weight = pieces.count == 2 ? UInt64(pieces[1]) : 1,
                (1...1_000_000).contains(weight)
            else {
                throw LessonProblem(
                    "'\(word)': the weight after * is a whole number, 1 to 1000000")
            }
            parts.append((try Self.part(String(name), lists: lists), weight))
        }
        guard !parts.isEmpty else { throw LessonProblem("no values are named") }
        self.parts = parts
        total = parts.reduce(0) { $0 + $1.1 }
    }

    private static func part(_ name: String, lists: [String: ValueList]) throws -> Part {
        func range(_ text: Substring) throws -> ClosedRange<UInt64> {
            let ends = text.dropLast().split(separator: "-").compactMap { UInt64($0) }
            guard text.last == ")", ends.count == 2, ends[0] <= ends[1] else {
                throw LessonProblem("'\(name)' needs a range such as (1-99)")
            }
            guard ends[1] <= UInt64(Int.max) else {
                throw LessonProblem("'\(name)': numbers go up to \(Int.max)")
            }
            return ends[0]...ends[1]
        }
        if name == "~latin" { return .latin }
        if name == "~hangul" { return .hangul }
        if name.hasPrefix("~number(") { return .number(try range(name.dropFirst(8))) }
        func check(_ list: ValueList, _ name: String) throws {
            guard !list.training.isEmpty else {
                throw LessonProblem("the list '\(name)' (lists/\(name).txt) is empty")
            }
        }
        if let open = name.firstIndex(of: "("), let list = lists[String(name[..<open])] {
            let listName = String(name[..<open])
            try check(list, listName)
            let count = try range(name[name.index(after: open)...])
            guard count.lowerBound > 0 else {
                throw LessonProblem("'\(name)' needs at least one value: a range such as (1-4)")
            }
            return .several(listName, count)
        }
        guard let list = lists[name] else {
            throw LessonProblem("there is no list '\(name)' (lists/\(name).txt)")
        }
        try check(list, name)
        return .list(name)
    }

    /// The same without its lists, where it has generators beside them.
    var invented: ValueSource {
        let generators = parts.filter {
            switch $0.part {
            case .list, .several: false
            case .latin, .hangul, .number: true
            }
        }
        return generators.isEmpty ? self : ValueSource(parts: generators)
    }

    private init(parts: [(part: Part, weight: UInt64)]) {
        self.parts = parts
        total = parts.reduce(0) { $0 + $1.weight }
    }

    /// One of the parts, by weight.
    func part(_ random: inout RandomStream) -> Part {
        var left = random.below(total)
        for (part, weight) in parts {
            if left < weight { return part }
            left -= weight
        }
        return parts[0].part
    }
}

/// A list of values: one a line in `lists/NAME.txt`. A list that begins with `# closed` (months,
/// seasons) is too small to hold some of it out.
package struct ValueList: Sendable {
    package let isClosed: Bool
    package let training: [String]
    package let heldOut: [String]

    package init(_ text: String) {
        var values: [String] = []
        var known: Set<String> = []
        for line in LineEnds.split(text) where !line.hasPrefix("#") {
            let value = line.split(separator: " ").joined(separator: " ")
            if !value.isEmpty, known.insert(value).inserted { values.append(value) }
        }
        isClosed = text.hasPrefix("# closed")
        let held = isClosed ? [] : values.filter(HeldOut.contains)
        heldOut = held
        let kept = isClosed ? values : values.filter { !HeldOut.contains($0) }
        training = kept.isEmpty ? values : kept
    }
}

/// The rule that keeps one name in ten out of training, so that what was learned can be told from what
/// was copied.
package enum HeldOut {
    /// Whether a value is kept for the held-out sets: its 64-bit FNV-1a hash (Fowler, Noll, Vo 1991) over
    /// the lower-cased UTF-8, its high half folded into the low one, is divisible by 10.
    package static func contains(_ value: String) -> Bool {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in value.lowercased().utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        // The low bits of FNV are weak; fold the high half in.
        return (hash ^ (hash >> 32)) % 10 == 0
    }
}
