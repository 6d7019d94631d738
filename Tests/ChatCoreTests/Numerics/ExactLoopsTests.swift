import ChatCore
import Testing

/// The exact loops of every instruction set that this processor has give the bits of plain Swift, one number
/// at a time.
@Suite struct ExactLoopsTests {
    static let sets = ExactLoops.Level.allCases.compactMap { ExactLoops($0) }
    /// Below, at and above the sixteen and the sixty-four numbers that are worked on at once.
    static let sizes = [1, 7, 16, 31, 64, 67, 144]

    private static func random(_ count: Int, seed: UInt64) -> [Float] {
        var random = RandomStream(seed: seed)
        return (0..<count).map { _ in Float(random.uniform() * 2 - 1) }
    }

    private static func buffer(_ values: [Float]) -> FloatBuffer {
        let buffer = FloatBuffer(count: values.count)
        buffer.load(values)
        return buffer
    }

    private static func bits(_ buffer: FloatBuffer, _ count: Int) -> [UInt32] {
        buffer.array.prefix(count).map(\.bitPattern)
    }

    @Test func theBaselineIsAlwaysThereAndTheBestIsTheWidest() {
        #expect(Self.sets.first?.level == .baseline)
        #expect(Self.sets.contains { $0.level == ExactLoops.best.level })
    }

    @Test(
        arguments: [(1, 1), (31, 5), (64, 3), (100, 65), (160, 33), (290, 12), (64, 0)],
        [true, false])
    func aProductIsItsNaiveTwin(_ shape: (rows: Int, columns: Int), ofHalves: Bool) {
        var w = Self.random(shape.rows * shape.columns, seed: 1)
        if ofHalves { w = w.map { Float(bitPattern: $0.bitPattern & 0xFFFF_0000) } }
        let x = Self.random(shape.columns, seed: 2)
        let y = Self.random(shape.rows, seed: 3)
        let slow = PackedMatrix.naiveProduct(
            w, rows: shape.rows, columns: shape.columns, x, adding: y)
        for set in Self.sets {
            let fast = PackedMatrix(w, rows: shape.rows, columns: shape.columns)
                .product(x, adding: y, by: set)
            #expect(fast.map(\.bitPattern) == slow.map(\.bitPattern), "\(set.level)")
        }
    }

    @Test(arguments: [1, 2, 3, 5, 8, 9, 15, 16, 23], [true, false])
    func productsOfSeveralVectorsAreThoseOfEach(count: Int, ofHalves: Bool) {
        let (rows, columns) = (100, 65)
        var w = Self.random(rows * columns, seed: 1)
        if ofHalves { w = w.map { Float(bitPattern: $0.bitPattern & 0xFFFF_0000) } }
        let x = (0..<count).map { Self.random(columns, seed: UInt64($0) + 10) }
        let y = (0..<count).map { Self.random(rows, seed: UInt64($0) + 100) }
        let slow = (0..<count).map {
            PackedMatrix.naiveProduct(w, rows: rows, columns: columns, x[$0], adding: y[$0])
        }
        for set in Self.sets {
            let fast = PackedMatrix(w, rows: rows, columns: columns)
                .products(x, adding: y, by: set)
            for row in 0..<count {
                #expect(fast[row].map(\.bitPattern) == slow[row].map(\.bitPattern))
            }
        }
    }

    /// One step of the delta rule as it is written; `decays` of each key channel, or `decay` of all.
    private static func delta(
        _ state: inout [Float], query: [Float], key: [Float], value: [Float], decays: [Float]?,
        decay: Float, strength: Float
    ) -> [Float] {
        let n = query.count
        return (0..<n).map { j in
            var held: Float = 0
            for i in 0..<n {
                let factor = decays.map { $0[i] * key[i] } ?? key[i]
                let product = state[i * n + j] * factor
                held = held + product
            }
            let old = decays == nil ? decay * held : held
            let change = value[j] - old
            let u = strength * change
            var read: Float = 0
            for i in 0..<n {
                let left = (decays?[i] ?? decay) * state[i * n + j]
                let added = key[i] * u
                state[i * n + j] = left + added
                let product = state[i * n + j] * query[i]
                read = read + product
            }
            return read
        }
    }

    @Test(arguments: sizes, [true, false])
    func aStepOfADeltaRuleIsItsNaiveTwin(n: Int, aChannel: Bool) {
        let state = Self.random(n * n, seed: 1)
        let (query, key) = (Self.random(n, seed: 2), Self.random(n, seed: 3))
        let (value, decays) = (Self.random(n, seed: 4), Self.random(n, seed: 5))
        var slow = state
        let read = Self.delta(
            &slow, query: query, key: key, value: value, decays: aChannel ? decays : nil,
            decay: 0.9, strength: 1.7)
        for set in Self.sets {
            let memory = Self.buffer(state)
            let out = FloatBuffer(count: n)
            let (q, k) = (Self.buffer(query), Self.buffer(key))
            let (v, d) = (Self.buffer(value), Self.buffer(decays))
            if aChannel {
                set.channelDelta(
                    state: memory.base, query: q.base, key: k.base, value: v.base, decay: d.base,
                    strength: 1.7, out: out.base, n: n)
            } else {
                set.gatedDelta(
                    state: memory.base, query: q.base, key: k.base, value: v.base, decay: 0.9,
                    strength: 1.7, out: out.base, n: n)
            }
            #expect(Self.bits(memory, n * n) == slow.map(\.bitPattern), "\(set.level)")
            #expect(Self.bits(out, n) == read.map(\.bitPattern), "\(set.level)")
        }
    }

    @Test(arguments: sizes, [1, 5, 64])
    func aCopyHeadsMemoryIsWrittenAndReadAsItsNaiveTwin(symbols n: Int, keySize: Int) {
        let memory = Self.random(keySize * n, seed: 1)
        let (key, query) = (Self.random(keySize, seed: 2), Self.random(keySize, seed: 3))
        let logits = Self.random(n, seed: 4)
        let symbol = n / 2
        var slow = memory
        var read = logits
        for j in 0..<n {
            var held: Float = 0
            for i in 0..<keySize {
                let product = slow[i * n + j] * key[i]
                held = held + product
            }
            let change = (j == symbol ? 1 : 0) - held
            let u = 0.8 * change
            var found: Float = 0
            for i in 0..<keySize {
                let added = key[i] * u
                slow[i * n + j] = slow[i * n + j] + added
                let product = slow[i * n + j] * query[i]
                found = found + product
            }
            let added = 8 * found
            read[j] = read[j] + added
        }
        for set in Self.sets {
            let fast = Self.buffer(memory)
            let out = Self.buffer(logits)
            let (k, q) = (Self.buffer(key), Self.buffer(query))
            set.writeSymbol(
                symbol, memory: fast.base, key: k.base, strength: 0.8, keySize: keySize,
                symbolCount: n)
            set.addRead(
                memory: fast.base, query: q.base, factor: 8, to: out.base, keySize: keySize,
                symbolCount: n)
            #expect(Self.bits(fast, keySize * n) == slow.map(\.bitPattern), "\(set.level)")
            #expect(Self.bits(out, n) == read.map(\.bitPattern), "\(set.level)")
        }
    }
}
