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
        let kernels = try #require(Kernels(level))
        let space = Workspace()
        for n in [1, 9, 100] {
            let p = space.vector(Self.random(n, seed: 1))
            let m = space.vector(Self.random(n, seed: 2))
            let v = space.vector(Self.random(n, seed: 3).map { abs($0) })
            let g = space.vector(Self.random(n, seed: 4))
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
            kernels.adamW(
                p, firstMoment: m, secondMoment: v, gradient: g, clip: 0.5, beta1: 0.9, beta2: 0.98,
                rate: 0.01, correction1: 0.4, correction2: 0.3, epsilon: 1e-8, decay: 0.1)
            #expect(Self.close(p.array, expected[0]))
            #expect(Self.close(m.array, expected[1]))
            #expect(Self.close(v.array, expected[2]))
        }
    }

    @Test("an LSTM step is PyTorch's equations", arguments: Kernels.levels)
    func lstm(_ level: Kernels.Level) throws {
        let kernels = try #require(Kernels(level))
        func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
        let space = Workspace()
        for h in [1, 7, 24] {
            let rows = 3
            let before = Self.random(rows * 4 * h, seed: 1)
            let (b1, b2) = (Self.random(4 * h, seed: 2), Self.random(4 * h, seed: 3))
            let old = Self.random(rows * h, seed: 4)
            let (cell, hidden) = (space.matrix(rows, h), space.matrix(rows, h))
            kernels.lstmForward(
                gates: space.matrix(rows, 4 * h, before), inputBias: space.vector(b1),
                hiddenBias: space.vector(b2), cellBefore: space.matrix(rows, h, old), cell: cell,
                cellTanh: space.matrix(rows, h), hidden: hidden)
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
            #expect(Self.close(cell.array, cells))
            #expect(Self.close(hidden.array, outputs))
        }
    }

    @Test("the triangular solves undo the product", arguments: Kernels.levels)
    func solves(_ level: Kernels.Level) throws {
        let kernels = try #require(Kernels(level))
        let space = Workspace()
        for (c, n) in [(1, 3), (5, 7), (32, 20)] {
            var a = Self.random(c * c, seed: 1).map { $0 * 0.1 }
            for i in 0..<c { for j in i..<c { a[i * c + j] = 0 } }
            let (beta, gamma) = (Self.random(c, seed: 2), Self.random(c, seed: 3))
            let (v, ks) = (Self.random(c * n, seed: 4), Self.random(c * n, seed: 5))
            let lower = space.matrix(c, c, a)
            let (u, r) = (space.matrix(c, n), space.matrix(c, n, v))
            kernels.deltaSolve(
                lower, strength: space.vector(beta), gamma: space.vector(gamma),
                v: space.matrix(c, n, v), ks: space.matrix(c, n, ks), into: u)
            kernels.deltaSolveTransposed(lower, r)
            for k in 0..<n {
                for i in 0..<c {
                    var forward = Double(u.row(i)[k])
                    var backward = Double(r.row(i)[k])
                    for j in 0..<c {
                        forward += Double(a[i * c + j]) * Double(u.row(j)[k])
                        backward += Double(a[j * c + i]) * Double(r.row(j)[k])
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
        let kernels = try #require(Kernels(level))
        let space = Workspace()
        for n in [1, 6, 33] {
            let rows = 4
            let count = rows * n
            let (x, y, s) = (
                Self.random(count, seed: 1), Self.random(count, seed: 2), Self.random(rows, seed: 3)
            )
            let (first, second) = (space.matrix(rows, n, x), space.matrix(rows, n, y))
            let columns = space.vector([Float](repeating: 1, count: n))
            kernels.columnSum(first, addingTo: columns)
            #expect(
                Self.close(
                    columns.array,
                    (0..<n).map { j in (0..<rows).reduce(1) { $0 + Double(x[$1 * n + j]) } }))
            let dots = space.vector(rows)
            kernels.rowDots(first, second, into: dots)
            #expect(
                Self.close(
                    dots.array,
                    (0..<rows).map { i in
                        (0..<n).reduce(0) { $0 + Double(x[i * n + $1]) * Double(y[i * n + $1]) }
                    }))
            let whole = (0..<count).reduce(0) { $0 + Double(x[$1]) * Double(y[$1]) }
            #expect(abs(Double(kernels.dot(first.flat, second.flat)) - whole) < 1e-4)
            let out = space.matrix(rows, n)
            kernels.scaleRows(first, by: space.vector(s), into: out)
            #expect(Self.close(out.array, (0..<count).map { Double(x[$0]) * Double(s[$0 / n]) }))
            let inverse = space.vector(rows)
            kernels.rmsForward(first, into: out, inverse: inverse)
            let scales = (0..<rows).map { i -> Double in
                let mean = (0..<n).reduce(0) { $0 + pow(Double(x[i * n + $1]), 2) } / Double(n)
                return 1 / (mean + 1e-6).squareRoot()
            }
            #expect(Self.close(inverse.array, scales))
            #expect(Self.close(out.array, (0..<count).map { Double(x[$0]) * scales[$0 / n] }))
            kernels.squaredReLU(first.flat, into: out.flat)
            #expect(Self.close(out.array, x.map { pow(max(Double($0), 0), 2) }))
            kernels.squaredReLUBackward(first.flat, dy: second.flat, into: out.flat)
            #expect(
                Self.close(out.array, zip(x, y).map { $0 > 0 ? 2 * Double($0) * Double($1) : 0 }))
            out.copy(second)
            kernels.blend(0.5, first.flat, -2, into: out.flat)
            #expect(Self.close(out.array, zip(x, y).map { 0.5 * Double($0) - 2 * Double($1) }))
            // Every second row: those between are left alone.
            out.copy(first)
            kernels.scale(Matrix(out.base, rows: rows / 2, columns: n, stride: 2 * n), by: -3)
            #expect(
                Self.close(
                    out.array,
                    (0..<count).map {
                        let isScaled = $0 / n % 2 == 0 && $0 / n / 2 < rows / 2
                        return Double(x[$0]) * (isScaled ? -3 : 1)
                    }))
        }
    }
}
