import ChatCore

/// A model that remembers one character (a Markov chain, Shannon 1948): it writes lines in which each pair of
/// neighbours is as often as in what it read, and nothing else is right.
package struct CharacterChain: Sendable {
    /// Of each character, what followed it and how often; `nil` is the line's end and, as the first, its
    /// beginning.
    private let followers: [Character?: [(next: Character?, count: Int)]]

    /// Counts the pairs of lines.
    package init(_ lines: some Sequence<String>) {
        var counts: [Character?: [Character?: Int]] = [:]
        for line in lines where !line.isEmpty {
            let characters: [Character?] = [nil] + line.map { $0 } + [nil]
            for (first, second) in zip(characters, characters.dropFirst()) {
                counts[first, default: [:]][second, default: 0] += 1
            }
        }
        // In one order, whatever that of a dictionary: the same seed draws the same line.
        followers = counts.mapValues { next in
            next.map { (next: $0.key, count: $0.value) }
                .sorted { ($0.next.map(String.init) ?? "") < ($1.next.map(String.init) ?? "") }
        }
    }

    /// A line of at most `limit` characters; empty where nothing was read.
    package func line(limit: Int, random: inout RandomStream) -> String {
        var text = ""
        var last: Character?
        while text.count < limit, let choices = followers[last] {
            var draw = random.index(below: choices.reduce(0) { $0 + $1.count })
            let chosen = choices.first { choice in
                draw -= choice.count
                return draw < 0
            }
            guard let next = chosen?.next else { break }
            text.append(next)
            last = next
        }
        return text
    }
}
