import ChatCore
import ChatTraining
import Foundation
import Testing

@Suite struct NumericsTests {
    static func random(_ count: Int, seed: UInt64, scale: Double = 1) -> [Float] {
        var stream = RandomStream(seed: seed)
        return (0..<count).map { _ in Float((stream.uniform() * 2 - 1) * scale) }
    }

    @Test("exp, sigmoid, tanh, log and softplus are close to the true values")
    func elementaryFunctions() {
        for value in stride(from: Float(-86), through: 86, by: 0.37) {
            let truth = Foundation.exp(Double(value))
            #expect(abs(Double(ExactMath.exp(value)) - truth) <= 3e-7 * truth)
            let sigmoid = 1 / (1 + Foundation.exp(-Double(value)))
            #expect(abs(Double(ExactMath.sigmoid(value)) - sigmoid) < 2e-7)
            #expect(abs(Double(ExactMath.tanh(value)) - Foundation.tanh(Double(value))) < 2e-7)
            let softplus =
                max(Double(value), 0) + Foundation.log1p(Foundation.exp(-abs(Double(value))))
            #expect(abs(Double(ExactMath.softplus(value)) - softplus) < 1e-6 * max(1, softplus))
        }
        for value in [1e-300, 1e-3, 0.5, 1, 1.4142, 2, 1e10, 1e300] {
            #expect(
                abs(ExactMath.log(value) - Foundation.log(value)) <= 1e-12
                    * max(1, abs(Foundation.log(value))))
        }
        #expect(ExactMath.exp(-.infinity) >= 0)
        #expect(ExactMath.exp(.infinity).isFinite)
        #expect(ExactMath.exp(.nan) == ExactMath.exp(-87))
    }

    @Test("sixteen at a time give the bits of one at a time")
    func sixteenAtATime() {
        let edges: [Float] = [
            -.infinity, -200, -87.000_01, -87, -86.999_99, -1, -0.0, 0, 1e-38, 1, 87.999_99, 88,
            88.000_01, 200, .infinity, .nan,
        ]
        let blocks =
            [edges]
            + (0..<500).map { seed in
                Self.random(16, seed: UInt64(seed)).map { $0 * Float(seed) }
            }
        for block in blocks {
            let wide = SIMD16<Float>(block)
            for (many, one) in [
                (ExactMath.exp(wide), ExactMath.exp),
                (ExactMath.sigmoid(wide), ExactMath.sigmoid),
                (ExactMath.tanh(wide), ExactMath.tanh),
            ] as [(SIMD16<Float>, (Float) -> Float)] {
                for lane in 0..<16 {
                    let single = one(block[lane])
                    #expect(
                        many[lane].bitPattern == single.bitPattern
                            || many[lane].isNaN && single.isNaN, "\(block[lane])")
                }
            }
        }
    }

    @Test(
        "the packed product is its naive twin, bit for bit",
        arguments: [
            (1, 1), (1, 7), (31, 5), (32, 32), (33, 1), (100, 65), (64, 0),
        ])
    func packedProduct(_ rows: Int, _ columns: Int) {
        let w = Self.random(rows * columns, seed: 1)
        let x = Self.random(columns, seed: 2)
        let y = Self.random(rows, seed: 3)
        let fast = PackedMatrix(w, rows: rows, columns: columns).product(x, adding: y)
        let slow = PackedMatrix.naiveProduct(w, rows: rows, columns: columns, x, adding: y)
        #expect(fast.map(\.bitPattern) == slow.map(\.bitPattern))
    }

    @Test(
        "matrix products agree with their naive twin, odd sizes and strides included",
        arguments: [
            (1, 1, 1), (3, 5, 7), (17, 33, 9), (32, 96, 96), (5, 4, 0),
        ])
    func products(_ m: Int, _ n: Int, _ k: Int) {
        let workspace = Workspace()
        for (ta, tb) in [(false, false), (true, false), (false, true), (true, true)] {
            func matrix(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
                let wide = workspace.matrix(max(rows, 1), columns + 3)
                let view = wide.columns(1..<columns + 1).rows(0..<rows)
                for (i, value) in Self.random(rows * columns, seed: seed).enumerated() {
                    view.row(i / columns)[i % columns] = value
                }
                return view
            }
            let a = ta ? matrix(k, m, seed: 1) : matrix(m, k, seed: 1)
            let b = tb ? matrix(n, k, seed: 2) : matrix(k, n, seed: 2)
            let fast = matrix(m, n, seed: 3)
            let slow = matrix(m, n, seed: 3)
            MatrixProduct().multiply(ta ? a.t : a.n, tb ? b.t : b.n, into: fast, keeping: 0.5)
            MatrixProduct.naive(ta ? a.t : a.n, tb ? b.t : b.n, into: slow, keeping: 0.5)
            #expect(zip(fast.array, slow.array).allSatisfy { abs($0 - $1) < 1e-4 })
        }
    }

    @Test(
        "every instruction set's loops agree with the baseline's", arguments: Kernels.levels
    )
    func levels(_ level: Kernels.Level) throws {
        let kernels = try #require(Kernels(level))
        let baseline = try #require(Kernels(.baseline))
        let space = Workspace()
        for count in [1, 7, 16, 33, 500] {
            let values = Self.random(count, seed: 5, scale: 20)
            let x = space.vector(values)
            let (a, b) = (space.vector(count), space.vector(count))
            kernels.exponential(x, into: a)
            baseline.exponential(x, into: b)
            for i in 0..<count {
                let truth = Foundation.exp(Double(x[i]))
                #expect(abs(Double(a[i]) - truth) < 4e-7 * truth)
                #expect(abs(Double(b[i]) - truth) < 4e-7 * truth)
            }
            let sum = values.reduce(0.0) { $0 + Double($1) * Double($1) }
            #expect(abs(kernels.sumOfSquares(x) - sum) < 1e-4 * max(1, sum))
            let y = space.vector(values)
            kernels.add(x, to: y)
            #expect(y.array == values.map { $0 + $0 })
        }
    }

    @Test(
        "softmax loss is the negative log-probability, its gradient p − onehot",
        arguments: Kernels.levels)
    func softmaxLoss(_ level: Kernels.Level) throws {
        let kernels = try #require(Kernels(level))
        let space = Workspace()
        for n in [1, 5, 16, 17, 65] {
            let before = Self.random(2 * n, seed: 8, scale: 5)
            let logits = space.matrix(2, n, before)
            let bias = space.vector(Self.random(n, seed: 9))
            let targets: [Int32] = [0, Int32(n - 1)]
            let loss = kernels.softmaxLoss(
                logits, bias: bias, targets: targets, weights: [1, 0.5], scale: 2)
            var expected = 0.0
            for row in 0..<2 {
                let z = (0..<n).map { Double(before[row * n + $0]) + Double(bias[$0]) }
                let total = z.reduce(0) { $0 + Foundation.exp($1) }
                let weight = row == 0 ? 1.0 : 0.5
                expected += weight * (Foundation.log(total) - z[Int(targets[row])])
                for j in 0..<n {
                    let p = Foundation.exp(z[j]) / total
                    let gradient = 2 * weight * (p - (j == Int(targets[row]) ? 1 : 0))
                    #expect(abs(Double(logits.row(row)[j]) - gradient) < 1e-5)
                }
            }
            #expect(abs(loss - expected) < 1e-4)
        }
    }

    @Test("the random stream is the one it was in every version before")
    func randomStreamIsFixed() {
        var stream = RandomStream(seed: 42)
        let first = [stream.next(), stream.next()]
        var again = RandomStream(seed: 42)
        #expect(first == [again.next(), again.next()])
        #expect(first[0] == 1_546_998_764_402_558_742)
        var bounded = RandomStream(seed: 1)
        #expect((0..<1000).allSatisfy { _ in bounded.below(7) < 7 })
        var weighted = RandomStream(seed: 1)
        var counts = [0, 0, 0]
        for _ in 0..<4_000 { counts[weighted.index(weighted: [1, 0, 3]) ?? 1] += 1 }
        #expect(counts[1] == 0 && (900...1_100).contains(counts[0]), "\(counts)")
        #expect(weighted.index(weighted: [0, 0]) == nil && weighted.index(weighted: []) == nil)
        var branches = RandomStream(seed: 1, branch: 1)
        var other = RandomStream(seed: 1, branch: 2)
        #expect(branches.next() != other.next())
    }
}
