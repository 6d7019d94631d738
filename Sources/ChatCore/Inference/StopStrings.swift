/// Watches a reply for strings that end it. What may be the beginning of one is held back.
package struct StopStrings: Sendable {
    private let stops: [[Unicode.Scalar]]
    private var held: [Unicode.Scalar] = []
    /// One was met: nothing follows.
    package private(set) var isMet = false

    package init(_ stops: [String]) {
        self.stops = stops.map { Array($0.unicodeScalars) }.filter { !$0.isEmpty }
    }

    /// Takes a piece; returns what is certain to be part of the reply.
    package mutating func feed(_ piece: String) -> String {
        guard !isMet else { return "" }
        guard !stops.isEmpty else { return piece }
        held.append(contentsOf: piece.unicodeScalars)
        for start in held.indices
        where stops.contains(where: { held[start...].starts(with: $0) }) {
            isMet = true
            return take(start)
        }
        let longest = stops.map(\.count).max() ?? 0
        let kept = (0..<longest).reversed().first { count in
            count <= held.count
                && stops.contains { $0.starts(with: held.suffix(count)) }
        }
        return take(held.count - (kept ?? 0))
    }

    /// Scalars that are held back; of a stop that was met, it and what came with it.
    package var heldCount: Int { held.count }

    /// What was held back when the reply ended by itself.
    package mutating func rest() -> String { isMet ? "" : take(held.count) }

    private mutating func take(_ count: Int) -> String {
        defer { held.removeFirst(count) }
        return String(String.UnicodeScalarView(held.prefix(count)))
    }
}
