import ChatCore
import ChatTraining
import Testing

@Suite("bfloat16 in training's products")
struct HalfPrecisionTests {
    /// The naive twin of rounding: the nearest float whose lower half is zero, ties to an even upper half.
    private func rounded(_ value: Float) -> Float {
        let bits = value.bitPattern
        let (low, high) = (bits & 0xFFFF, bits >> 16)
        let up = low > 0x8000 || (low == 0x8000 && high & 1 == 1)
        return Float(bitPattern: (high + (up ? 1 : 0)) << 16)
    }

    @Test("rounding is to nearest, ties to even", arguments: Kernels.levels)
    func rounding(_ level: Kernels.Level) throws {
        let kernels = try #require(Kernels(level))
        func halves(_ matrix: Matrix) -> [UInt16] {
            var halves = [UInt16](repeating: 7, count: matrix.count)
            halves.withUnsafeMutableBufferPointer { kernels.round(matrix, into: $0) }
            return halves
        }
        let space = Workspace()
        var values = NumericsTests.random(301, seed: 4, scale: 50)
        values += [0, -0, 1, Float(bitPattern: 0x3F80_8000), Float(bitPattern: 0x3F81_8000)]
        for count in [1, 7, 33, values.count] {
            let row = space.matrix(1, count, Array(values.prefix(count)))
            let back = halves(row).map { Float(bitPattern: UInt32($0) << 16) }
            #expect(back == values.prefix(count).map(rounded))
        }
        // Rows that lie apart come out side by side.
        let apart = space.matrix(2, 5, [1, 2, 3, 9, 9, 4, 5, 6, 9, 9]).columns(0..<3)
        #expect(
            halves(apart).map { Float(bitPattern: UInt32($0) << 16) } == [1, 2, 3, 4, 5, 6])
    }

    @Test("a model rounded to bfloat16 has no lower halves and is rounded but once")
    func roundedModel() throws {
        let model = try TinyModels.model("gated delta")
        let once = model.roundedToBFloat16
        #expect(once.parameters.values == model.parameters.values.map(rounded))
        #expect(once.roundedToBFloat16 == once)
    }

    @Test(
        "bfloat16 products are those of rounded factors, with and without a shadow",
        .enabled(if: ProductPrecision.fastest == .bfloat16), arguments: [(1, 1, 1), (17, 33, 96)])
    func products(_ m: Int, _ n: Int, _ k: Int) {
        let workspace = Workspace()
        func matrix(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
            let result = workspace.matrix(rows, columns)
            for (i, value) in NumericsTests.random(rows * columns, seed: seed).enumerated() {
                result.base[i] = value
            }
            return result
        }
        let (a, b) = (matrix(m, k, seed: 1), matrix(n, k, seed: 2))
        let exact = workspace.matrix(m, n)
        let (ra, rb) = (workspace.matrix(m, k), workspace.matrix(n, k))
        for i in 0..<a.count { ra.base[i] = rounded(a.base[i]) }
        for i in 0..<b.count { rb.base[i] = rounded(b.base[i]) }
        MatrixProduct.naive(ra.n, rb.t, into: exact)
        for shadows in [[], [HalfShadow(of: b.base, count: b.count)]] {
            let fast = workspace.matrix(m, n)
            MatrixProduct(.bfloat16, shadows: shadows).multiply(a.n, b.t, into: fast)
            #expect(zip(fast.array, exact.array).allSatisfy { abs($0 - $1) < 1e-4 })
        }
    }

    @Test(
        "a factor prepared for several products gives the same bits, either way round",
        arguments: [ProductPrecision.float32, .fastest], [Float(0), 1, 0.25])
    func prepared(_ precision: ProductPrecision, _ keep: Float) {
        let workspace = Workspace(MatrixProduct(precision))
        func matrix(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
            let result = workspace.matrix(rows, columns)
            result.base.update(
                from: NumericsTests.random(rows * columns, seed: seed), count: rows * columns)
            return result
        }
        let (a, b) = (matrix(33, 40, seed: 1), matrix(33, 17, seed: 2))
        let product = workspace.product
        let (left, right) = (HalfBuffer(), HalfBuffer())
        let (x, y) = (product.prepare(a, in: left), product.prepare(b, in: right))
        for isFirst in [true, false] {
            let (rows, columns) = isFirst ? (40, 17) : (17, 40)
            let (prepared, plain) = (
                matrix(rows, columns, seed: 3), matrix(rows, columns, seed: 3)
            )
            let exact = matrix(rows, columns, seed: 3)
            product.multiply(
                isFirst ? x.t : y.t, isFirst ? y.n : x.n, into: prepared, keeping: keep)
            product.multiply(
                isFirst ? a.t : b.t, isFirst ? b.n : a.n, into: plain, keeping: keep)
            MatrixProduct.naive(
                isFirst ? a.t : b.t, isFirst ? b.n : a.n, into: exact, keeping: keep)
            #expect(prepared.array == plain.array)
            #expect(zip(plain.array, exact.array).allSatisfy { abs($0 - $1) < 0.1 })
        }
    }

    @Test(
        "a gradient in bfloat16 points where the one in 32 bits does",
        .enabled(if: ProductPrecision.fastest == .bfloat16), arguments: TinyModels.names)
    func gradients(_ name: String) throws {
        let model = try TinyModels.model(name)
        let slice = GradientTests.slice(
            batch: 2, time: 37, symbols: model.configuration.symbolCount, seed: 9, resets: true)
        let gradients = try ProductPrecision.allCases.map { precision in
            let weights = NetworkWeights(model, precision: precision)
            let pass = NetworkPass(weights, batch: 2, time: 37, training: true)
            _ = pass.forward(slice, scale: 1)
            pass.backward(slice)
            return try #require(pass.gradient).array.map(Double.init)
        }
        func dot(_ a: [Double], _ b: [Double]) -> Double {
            zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let (exact, rough) = (gradients[0], gradients[1])
        let cosine = dot(exact, rough) / (dot(exact, exact) * dot(rough, rough)).squareRoot()
        // Norms over 16 random numbers magnify the rounding of two layers; a wrong product gives about 0.
        #expect(cosine > 0.9)
    }
}
