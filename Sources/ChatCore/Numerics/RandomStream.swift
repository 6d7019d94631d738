/// A seeded stream of random numbers: the same seed gives the same numbers on every machine and in
/// every version of this library, which the proof of a replay relies on. That is why the standard library's
/// `random(in:using:)` and `shuffled(using:)`, whose algorithms may change, are not used on top of it.
///
/// Generator: xoshiro256** seeded through splitmix64 (Blackman and Vigna, "Scrambled linear
/// pseudorandom number generators", 2018). The state is a plain value: copy it to branch, store it to
/// resume.
public struct RandomStream: Sendable, Equatable, Codable {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    /// A stream determined by `seed` alone.
    public init(seed: UInt64) {
        var x = seed
        func splitmix() -> UInt64 {
            x &+= 0x9E37_79B9_7F4A_7C15
            var z = x
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
        s0 = splitmix()
        s1 = splitmix()
        s2 = splitmix()
        s3 = splitmix()
    }

    /// A stream determined by `seed` and a second number, such as a turn's index: streams of the same
    /// seed with different `branch` are unrelated.
    public init(seed: UInt64, branch: UInt64) {
        var outer = RandomStream(seed: seed)
        self.init(seed: outer.next() ^ (branch &* 0xD6E8_FEB8_6659_FD93))
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        func rotl(_ v: UInt64, _ k: UInt64) -> UInt64 { (v << k) | (v >> (64 - k)) }
        let result = rotl(s1 &* 5, 7) &* 9
        let t = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= t
        s3 = rotl(s3, 45)
        return result
    }

    /// A whole number in `0..<bound`, without bias (Lemire 2019). `bound` is at least 1.
    public mutating func below(_ bound: UInt64) -> UInt64 {
        precondition(bound > 0, "bound must be positive")
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
        }
        return product.high
    }

    /// An index in `0..<count`.
    public mutating func index(below count: Int) -> Int { Int(below(UInt64(count))) }

    /// A number in [0, 1) with 53 random bits.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// One of `items`, which is not empty.
    public mutating func pick<T>(_ items: [T]) -> T { items[index(below: items.count)] }

    /// An index drawn by weight, 0 or more each; nil where they are all 0. One draw.
    package mutating func index(weighted weights: some Collection<Int>) -> Int? {
        let total = weights.reduce(0, +)
        guard total > 0 else { return nil }
        var left = index(below: total)
        for (index, weight) in weights.enumerated() {
            if left < weight { return index }
            left -= weight
        }
        return nil
    }

    /// Shuffles in place (Fisher and Yates, Durstenfeld's form).
    public mutating func shuffle<T>(_ items: inout [T]) {
        guard items.count > 1 else { return }
        for i in stride(from: items.count - 1, to: 0, by: -1) {
            items.swapAt(i, index(below: i + 1))
        }
    }
}
