import ChatCore
import ChatTraining
import Foundation
import Testing

/// The loops of Kimi delta attention beside plain Swift, as in `KernelTwinTests`.
@Suite struct KimiKernelTwinTests {
    private func random(_ count: Int, _ seed: UInt64) -> [Float] {
        KernelTwinTests.random(count, seed: seed)
    }
    private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    @Test(
        "log decays are −softplus, bounded, slow ones as exact as fast ones",
        arguments: Kernels.levels)
    func decays(_ level: Kernels.Level) throws {
        let kernels = try #require(Kernels(level))
        let space = Workspace()
        for n in [1, 7, 33] {
            // From half-lives of a million steps to beyond the bound.
            let x = (0..<n).map { Float($0) * 0.7 - 14 }
            let bias = random(n, 1).map { $0 * 0.1 }
            let dg = random(n, 2)
            let (input, shift) = (space.vector(x), space.vector(bias))
            let (g, dx) = (space.vector(n), space.vector(n))
            kernels.decayRow(input, bias: shift, into: g)
            kernels.decayRowBackward(input, bias: shift, dg: space.vector(dg), into: dx)
            for j in 0..<n {
                let input = Double(x[j] + bias[j])
                let decay = min(log1p(exp(input)), 2.4)
                #expect(abs(Double(g[j]) + decay) < 1e-6 * decay)
                let slope = decay < 2.4 ? -sigmoid(input) : 0
                #expect(abs(Double(dx[j]) - slope * Double(dg[j])) < 1e-6 * max(1e-6, abs(slope)))
            }
        }
    }

    @Test(
        "keys and queries are scaled by the running decays, and gradients come back",
        arguments: Kernels.levels)
    func scales(_ level: Kernels.Level) throws {
        let kernels = try #require(Kernels(level))
        let space = Workspace()
        for (c, n) in [(1, 3), (5, 20), (32, 17)] {
            let logs = random(c * n, 1).map { -abs($0) }
            let (k, q) = (random(c * n, 2), random(c * n, 3))
            let sums = space.matrix(c, n, logs)
            let (both, down, end) = (
                space.matrix(2 * c, n), space.matrix(c, n), space.matrix(c, n)
            )
            let scaled = Kernels.Scaled(stacked: both, minus: down, toEnd: end)
            kernels.decayScale(
                sums, k: space.matrix(c, n, k), q: space.matrix(c, n, q), into: scaled)
            let (g, stacked, minus, toEnd) = (sums.array, both.array, down.array, end.array)

            let (dStacked, dMinus, dToEnd) = (
                random(2 * c * n, 4), random(c * n, 5), random(c * n, 6)
            )
            // Without the large factor of K⁻, beside which nothing else would be seen.
            let small = zip(dMinus, g).map { Float(Double($0) * exp(Double($1))) }
            let start = random(n, 7)
            let out = (0..<3).map { _ in space.matrix(c, n) }
            kernels.decayScaleBackward(
                sums, scaled,
                gradients: Kernels.Scaled(
                    stacked: space.matrix(2 * c, n, dStacked), minus: space.matrix(c, n, small),
                    toEnd: space.matrix(c, n, dToEnd)),
                sum: space.vector(start), dq: out[0], dk: out[1], dg: out[2])
            let (dq, dk, dg) = (out[0].array, out[1].array, out[2].array)
            for j in 0..<n {
                var sums: [Double] = []
                for i in 0..<c { sums.append((sums.last ?? 0) + Double(logs[i * n + j])) }
                var total = Double(start[j])
                for i in 0..<c { total += Double(dToEnd[i * n + j]) * Double(toEnd[i * n + j]) }
                for i in (0..<c).reversed() {
                    let at = i * n + j
                    let (up, down, end) = (exp(sums[i]), exp(-sums[i]), exp(sums[c - 1] - sums[i]))
                    func near(_ a: Float, _ b: Double) -> Bool {
                        abs(Double(a) - b) < 1e-4 * max(1e-3, abs(b))
                    }
                    #expect(near(g[at], sums[i]))
                    #expect(near(stacked[at], Double(k[at]) * up))
                    #expect(near(stacked[c * n + at], Double(q[at]) * up))
                    #expect(near(minus[at], Double(k[at]) * down))
                    #expect(near(toEnd[at], Double(k[at]) * end))
                    #expect(near(dq[at], Double(dStacked[c * n + at]) * up))
                    let fromMinus = Double(small[at]) * down
                    let dkey = Double(dStacked[at]) * up + fromMinus + Double(dToEnd[at]) * end
                    #expect(abs(Double(dk[at]) - dkey) < 1e-3)
                    total += Double(dStacked[c * n + at]) * Double(stacked[c * n + at])
                    total += Double(dStacked[at]) * Double(stacked[at])
                    total -= Double(small[at]) * Double(minus[at])
                    total -= Double(dToEnd[at]) * Double(toEnd[at])
                    #expect(abs(Double(dg[at]) - total) < 1e-3)
                }
            }
        }
    }

    @Test(
        "pairs are masked: keys strictly below the diagonal, queries with it",
        arguments: Kernels.levels)
    func masks(_ level: Kernels.Level) throws {
        let kernels = try #require(Kernels(level))
        let space = Workspace()
        for c in [1, 6, 32] {
            let (given, strength) = (random(2 * c * c, 1), random(c, 2))
            let masked = space.matrix(2 * c, c, given)
            kernels.maskPairs(masked, strength: space.vector(strength))
            let pairs = masked.array
            for i in 0..<c {
                for j in 0..<c {
                    let (a, p) = (i * c + j, (c + i) * c + j)
                    #expect(pairs[a] == (j < i ? strength[i] * given[a] : 0))
                    #expect(pairs[p] == (j <= i ? given[p] : 0))
                }
            }
        }
    }

    @Test("the residual convolution and its gradient", arguments: Kernels.levels)
    func convolution(_ level: Kernels.Level) throws {
        let kernels = try #require(Kernels(level))
        let space = Workspace()
        func rows(_ values: [Vector]) -> FourRows {
            FourRows(values[0], values[1], values[2], values[3])
        }
        for n in [1, 16, 37] {
            let x = (0..<4).map { space.vector(random(n, UInt64($0))) }
            let (taps, dy) = (random(4 * n, 5), random(n, 6))
            let byTap = space.matrix(4, n, taps)
            let y = space.vector(n)
            kernels.residualConvolveRow(rows(x), taps: byTap, into: y)
            let before = (0..<4).map { random(n, UInt64($0) + 10) }
            let dx = before.map { space.vector($0) }
            let dByTap = space.matrix(4, n, [Float](repeating: 1, count: 4 * n))
            kernels.residualConvolveRowBackward(
                dy: space.vector(dy), taps: byTap, rows(x), addingTo: rows(dx), dTaps: dByTap)
            let dTaps = dByTap.array
            for j in 0..<n {
                var sum = x[3][j]
                for tap in 0..<4 {
                    sum += taps[tap * n + j] * x[tap][j]
                    let own = tap == 3 ? dy[j] : 0
                    #expect(
                        abs(dx[tap][j] - before[tap][j] - taps[tap * n + j] * dy[j] - own) < 1e-5)
                    #expect(abs(dTaps[tap * n + j] - 1 - dy[j] * x[tap][j]) < 1e-5)
                }
                #expect(abs(y[j] - sum) < 1e-5)
            }
        }
    }

    @Test("a read row is normalised and let through by sigmoids", arguments: Kernels.levels)
    func gates(_ level: Kernels.Level) throws {
        let kernels = try #require(Kernels(level))
        let space = Workspace()
        for n in [1, 16, 35] {
            let (o, gate, d) = (random(n, 1), random(n, 2), random(n, 3))
            let (read, gates) = (space.vector(o), space.vector(gate))
            let (out, dO, dGate) = (space.vector(n), space.vector(n), space.vector(n))
            let inverse = kernels.sigmoidGatedRow(read, gate: gates, into: out)
            kernels.sigmoidGatedRowBackward(
                read, inverse: inverse, gate: gates, dOut: space.vector(d), into: dO, dGate: dGate)
            let square = o.reduce(0) { $0 + Double($1) * Double($1) } / Double(n) + 1e-6
            let scale = 1 / square.squareRoot()
            let mean =
                (0..<n).reduce(0.0) {
                    $0 + Double(d[$1]) * sigmoid(Double(gate[$1])) * Double(o[$1])
                } * scale / Double(n)
            for j in 0..<n {
                let s = sigmoid(Double(gate[j]))
                let y = Double(o[j]) * scale
                #expect(abs(Double(out[j]) - y * s) < 1e-5)
                #expect(abs(Double(dGate[j]) - Double(d[j]) * y * s * (1 - s)) < 1e-5)
                #expect(abs(Double(dO[j]) - scale * (Double(d[j]) * s - y * mean)) < 1e-4)
            }
        }
    }
}
