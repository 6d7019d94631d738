import CoreExact

import class Foundation.ProcessInfo

/// The loops of exact arithmetic for one instruction set. All sets give the same bits
/// (`Sources/CoreExact/include/CoreExact.h` says what each loop computes and why).
package struct ExactLoops: @unchecked Sendable {
    /// From narrow to wide.
    package enum Level: Int32, CaseIterable, Sendable {
        case baseline, avx2, avx512
    }

    /// The set that these are of.
    package let level: Level
    private let table: CoreExactLoops

    /// - Returns: nil where this processor lacks the set.
    package init?(_ level: Level) {
        guard let table = core_exact_loops(level.rawValue)?.pointee else { return nil }
        self.level = level
        self.table = table
    }

    /// The widest set of this processor; `CHARCHAT_KERNELS=baseline|avx2|avx512` takes a lower one, for
    /// tests and measurements.
    package static let best: ExactLoops = {
        let wanted = ProcessInfo.processInfo.environment["CHARCHAT_KERNELS"]
        let named = Level.allCases.first { "\($0)" == wanted }.flatMap { ExactLoops($0) }
        let widest = Level(rawValue: core_exact_best_level()).flatMap { ExactLoops($0) }
        guard let loops = named ?? widest ?? ExactLoops(.baseline) else {
            preconditionFailure("the baseline loops are always there")
        }
        return loops
    }()

    /// y += W x. `panels` as `PackedMatrix` lays them out; `x` [columns], `y` [rows up to a multiple of 32].
    package func product(
        rows: Int, columns: Int, panels: UnsafePointer<Float>, _ x: UnsafePointer<Float>,
        into y: UnsafeMutablePointer<Float>
    ) {
        table.product(rows, columns, panels, x, y)
    }

    /// The same of weights that are bfloat16, the upper halves of floats.
    package func product(
        rows: Int, columns: Int, panels: UnsafePointer<UInt16>, _ x: UnsafePointer<Float>,
        into y: UnsafeMutablePointer<Float>
    ) {
        table.product_halves(rows, columns, panels, x, y)
    }

    /// y[b] += W x[b] of `count` vectors at once, each with the bits that it has alone.
    package func products(
        rows: Int, columns: Int, panels: UnsafePointer<Float>, _ x: FloatRows, into y: FloatRows,
        count: Int
    ) {
        table.products(rows, columns, panels, count, x.forC, y.forC)
    }

    /// The same of weights that are bfloat16.
    package func products(
        rows: Int, columns: Int, panels: UnsafePointer<UInt16>, _ x: FloatRows,
        into y: FloatRows, count: Int
    ) {
        table.products_halves(rows, columns, panels, count, x.forC, y.forC)
    }

    /// One step of the gated delta rule on one head: S ← γ S + k uᵀ with u = β (v − γ Sᵀk); out = Sᵀ q
    /// with the new S. `state` [n, n] (key, value); all vectors [n]; γ `decay`, β `strength`.
    package func gatedDelta(
        state: UnsafeMutablePointer<Float>, query: UnsafePointer<Float>,
        key: UnsafePointer<Float>, value: UnsafePointer<Float>, decay: Float, strength: Float,
        out: UnsafeMutablePointer<Float>, n: Int
    ) {
        table.gated_delta(n, state, query, key, value, decay, strength, out)
    }

    /// One step of Kimi delta attention on one head: `gatedDelta` with a decay a key channel, [n].
    package func channelDelta(
        state: UnsafeMutablePointer<Float>, query: UnsafePointer<Float>,
        key: UnsafePointer<Float>, value: UnsafePointer<Float>, decay: UnsafePointer<Float>,
        strength: Float, out: UnsafeMutablePointer<Float>, n: Int
    ) {
        table.channel_delta(n, state, query, key, value, decay, strength, out)
    }

    /// One write of a delta-rule memory whose value is a one-hot vector: M ← M + k uᵀ with
    /// u = β (onehot(symbol) − Mᵀk). `memory` [keySize, symbolCount], `key` [keySize]; β `strength`.
    package func writeSymbol(
        _ symbol: Int, memory: UnsafeMutablePointer<Float>, key: UnsafePointer<Float>,
        strength: Float, keySize: Int, symbolCount: Int
    ) {
        table.write_symbol(keySize, symbolCount, symbol, memory, key, strength)
    }

    /// out += factor · Mᵀ q. `memory` [keySize, symbolCount], `query` [keySize], `out` [symbolCount].
    package func addRead(
        memory: UnsafePointer<Float>, query: UnsafePointer<Float>, factor: Float,
        to out: UnsafeMutablePointer<Float>, keySize: Int, symbolCount: Int
    ) {
        table.add_read(keySize, symbolCount, memory, query, factor, out)
    }
}
