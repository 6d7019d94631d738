/// States already known, by node of the history: all of the latest steps, and older ones at growing
/// distances, within a fixed memory budget. Losing one costs time, never correctness: a state is
/// recomputed from the nearest one above it.
struct StateCache: Sendable {
    /// Bytes that the older states may take; the latest may take as much again.
    static let budget = 16 << 20

    private var states: [Int: RecurrentState] = [:]
    /// The latest steps, oldest first.
    private var recent: [Int] = []
    private var firstRecent = 0
    /// Older steps that were kept, oldest first.
    private var kept: [Int] = []
    /// One in `stride` of the steps that become old is kept.
    private var stride: Int
    private var aged = 0
    private let recentLimit: Int
    private let keptLimit: Int

    init(stateBytes: Int) {
        let affordable = Self.budget / Swift.max(stateBytes, 1)
        self.init(
            recentLimit: Swift.min(Swift.max(affordable, 8), 64),
            keptLimit: Swift.min(Swift.max(affordable, 8), 4096))
    }

    /// - Parameters:
    ///   - recentLimit: the latest steps that are kept, all of them.
    ///   - keptLimit: older ones, ever further apart.
    ///   - stride: one in so many of the steps that become old is kept, until there are too many.
    init(recentLimit: Int, keptLimit: Int, stride: Int = 8) {
        self.recentLimit = recentLimit
        self.keptLimit = keptLimit
        self.stride = stride
    }

    subscript(node: Int) -> RecurrentState? { states[node] }
    /// States that are held.
    var count: Int { states.count }

    mutating func insert(_ state: RecurrentState, for node: Int) {
        guard states.updateValue(state, forKey: node) == nil else { return }
        recent.append(node)
        guard recent.count - firstRecent > recentLimit else { return }
        let old = recent[firstRecent]
        firstRecent += 1
        if firstRecent > recentLimit {
            recent.removeFirst(firstRecent)
            firstRecent = 0
        }
        if aged % stride == 0 { kept.append(old) } else { states[old] = nil }
        aged += 1
        if kept.count > keptLimit { thin() }
    }

    /// Drops every second older state.
    private mutating func thin() {
        for index in kept.indices where index % 2 == 1 { states[kept[index]] = nil }
        kept = kept.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        stride *= 2
    }

    /// The states of nodes before `node` alone: what a fork takes along.
    func before(_ node: Int, stateBytes: Int) -> StateCache {
        filled(StateCache(stateBytes: stateBytes), before: node)
    }

    /// The same states within other limits.
    func limited(recent: Int, older: Int) -> StateCache {
        filled(StateCache(recentLimit: recent, keptLimit: older, stride: 1), before: .max)
    }

    private func filled(_ empty: StateCache, before node: Int) -> StateCache {
        var result = empty
        for (known, state) in states.sorted(by: { $0.key < $1.key }) where known < node {
            result.insert(state, for: known)
        }
        return result
    }
}
