import ChatCore
import ChatTraining
import Foundation
import Testing

/// The loops of the C target beside plain Swift, on every instruction set this processor has and on
/// sizes that no vector width divides. What is not here (convolution, gated rows, the backward loops of
/// the cells) is compared through its layer in `GradientTests`.
@Suite struct KernelTwinTests {
    static func random(_ count: Int, seed: UInt64) -> [Float] {
        var stream = RandomStream(seed: seed)
        return (0..<count).map { _ in Float(stream.uniform() * 4 - 2) }
    }

    static func close(_ a: [Float], _ b: [Double]) -> Bool {
        a.count == b.count
            && zip(a, b).allSatisfy { abs(Double($0) - $1) < 2e-5 * max(1, abs($1)) }
    }

    @Test("AdamW is the published update", arguments: Kernels.levels)
    func adamw(_ level: Kernels.Level) throws {
        let kernels = try #require(Kernels(level)).table
        for n in [1, 9, 100] {
            var p = Self.random(n, seed: 1)
            var m = Self.random(n, seed: 2)
            var v = Self.random(n, seed: 3).map { abs($0) }
            let g = Self.random(n, seed: 4)
            var expected: [[Double]] = [[], [], []]
            for i in 0..<n {
                let d = Double(g[i]) * 0.5
                let m1 = 0.9 * Double(m[i]) + 0.1 * d
                let v1 = 0.98 * Double(v[i]) + 0.02 * d * d
                let step = 0.01 * (m1 / 0.4) / ((v1 / 0.3).squareRoot() + 1e-8)
                expected[0].append(Double(p[i]) * (1 - 0.01 * 0.1) - step)
                expected[1].append(m1)
                expected[2].append(v1)
            }
            kernels.adamw(n, &p, &m, &v, g, 0.5, 0.9, 0.98, 0.01, 0.4, 0.3, 1e-8, 0.1)
            #expect(Self.close(p, expected[0]))
            #expect(Self.close(m, expected[1]))
            #expect(Self.close(v, expected[2]))
        }
    }

    @Test("an LSTM step is PyTorch's equations", arguments: Kernels.levels)
    func lstm(_ level: Kernels.Level) throws {
        let kernels = try #require(Kernels(level)).table
        func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
        for h in [1, 7, 24] {
            let rows = 3
            var gates = Self.random(rows * 4 * h, seed: 1)
            let before = gates
            let (b1, b2) = (Self.random(4 * h, seed: 2), Self.random(4 * h, seed: 3))
            let old = Self.random(rows * h, seed: 4)
            var cell = [Float](repeating: 0, count: rows * h)
            var cellTanh = cell
            var hidden = cell
            kernels.lstm_forward(
                Int32(rows), Int32(h), &gates, b1, b2, old, &cell, &cellTanh, &hidden)
            var cells: [Double] = []
            var outputs: [Double] = []
            for row in 0..<rows {
                for j in 0..<h {
                    func gate(_ k: Int) -> Double {
                        Double(before[row * 4 * h + k * h + j]) + Double(b1[k * h + j])
                            + Double(b2[k * h + j])
                    }
                    let c =
                        sigmoid(gate(1)) * Double(old[row * h + j]) + sigmoid(gate(0))
                        * tanh(gate(2))
                    cells.append(c)
                    outputs.append(sigmoid(gate(3)) * tanh(c))
                }
            }
            #expect(Self.close(cell, cells))
            #expect(Self.close(hidden, outputs))
        }
    }

    @Test("the triangular solves undo the product", arguments: Kernels.levels)
    func solves(_ level: Kernels.Level) throws {
        let kernels = try #require(Kernels(level)).table
        for (c, n) in [(1, 3), (5, 7), (32, 20)] {
            var a = Self.random(c * c, seed: 1).map { $0 * 0.1 }
            for i in 0..<c { for j in i..<c { a[i * c + j] = 0 } }
            let (beta, gamma) = (Self.random(c, seed: 2), Self.random(c, seed: 3))
            let (v, ks) = (Self.random(c * n, seed: 4), Self.random(c * n, seed: 5))
            var u = [Float](repeating: 0, count: c * n)
            kernels.delta_solve(Int32(c), Int32(n), a, beta, gamma, v, ks, &u)
            var r = v
            kernels.delta_solve_transposed(Int32(c), Int32(n), a, &r)
            for k in 0..<n {
                for i in 0..<c {
                    var forward = Double(u[i * n + k])
                    var backward = Double(r[i * n + k])
                    for j in 0..<c {
                        forward += Double(a[i * c + j]) * Double(u[j * n + k])
                        backward += Double(a[j * c + i]) * Double(r[j * n + k])
                    }
                    let at = i * n + k
                    let right =
                        Double(beta[i]) * (Double(v[at]) - Double(gamma[i]) * Double(ks[at]))
                    #expect(abs(forward - right) < 1e-4)
                    #expect(abs(backward - Double(v[at])) < 1e-4)
                }
            }
        }
    }

    @Test("sums, scalings and norms of rows", arguments: Kernels.levels)
    func rowLoops(_ level: Kernels.Level) throws {
        let kernels = try #require(Kernels(level)).table
        for n in [1, 6, 33] {
            let rows = 4
            let count = rows * n
            let (x, y, s) = (
                Self.random(count, seed: 1), Self.random(count, seed: 2), Self.random(rows, seed: 3)
            )
            var columns = [Float](repeating: 1, count: n)
            kernels.column_sum(Int32(rows), Int32(n), x, &columns)
            #expect(
                Self.close(
                    columns,
                    (0..<n).map { j in (0..<rows).reduce(1) { $0 + Double(x[$1 * n + j]) } }))
            var dots = [Float](repeating: 0, count: rows)
            kernels.row_dots(Int32(rows), Int32(n), x, y, &dots)
            #expect(
                Self.close(
                    dots,
                    (0..<rows).map { i in
                        (0..<n).reduce(0) { $0 + Double(x[i * n + $1]) * Double(y[i * n + $1]) }
                    }))
            var out = x
            kernels.scale_rows(Int32(rows), Int32(n), s, x, &out)
            #expect(Self.close(out, (0..<count).map { Double(x[$0]) * Double(s[$0 / n]) }))
            var inverse = [Float](repeating: 0, count: rows)
            kernels.rms_forward(Int32(rows), Int32(n), x, &out, &inverse)
            let scales = (0..<rows).map { i -> Double in
                let mean = (0..<n).reduce(0) { $0 + pow(Double(x[i * n + $1]), 2) } / Double(n)
                return 1 / (mean + 1e-6).squareRoot()
            }
            #expect(Self.close(inverse, scales))
            #expect(Self.close(out, (0..<count).map { Double(x[$0]) * scales[$0 / n] }))
            kernels.squared_relu(count, x, &out)
            #expect(Self.close(out, x.map { pow(max(Double($0), 0), 2) }))
            kernels.squared_relu_backward(count, x, y, &out)
            #expect(
                Self.close(out, zip(x, y).map { $0 > 0 ? 2 * Double($0) * Double($1) : 0 }))
            out = y
            kernels.blend(count, 0.5, x, -2, &out)
            #expect(Self.close(out, zip(x, y).map { 0.5 * Double($0) - 2 * Double($1) }))
            // Every second row: those between are left alone.
            out = x
            kernels.scale(rows / 2, n, 2 * n, -3, &out)
            #expect(
                Self.close(
                    out,
                    (0..<count).map {
                        let isScaled = $0 / n % 2 == 0 && $0 / n / 2 < rows / 2
                        return Double(x[$0]) * (isScaled ? -3 : 1)
                    }))
        }
    }
}
