import CoreMath

#if canImport(Accelerate)
    import Accelerate
#endif

/// What the factors of training's matrix products are rounded to. Sums, weights, norms, states and the
/// optimizer are 32-bit in both.
public enum ProductPrecision: String, Sendable, Codable, CaseIterable {
    /// Not rounded.
    case float32
    /// Factors rounded to bfloat16 (8 bits of mantissa): relative error of a product about 2⁻⁸ each.
    case bfloat16

    /// The fastest that this processor has instructions for: bfloat16 with AVX-512 BF16, else float32.
    public static let fastest: ProductPrecision = core_math_has_bf16() != 0 ? .bfloat16 : .float32
}

/// Matrix products through oneDNN (Accelerate on Apple's systems), for training only: the order of
/// summation is the library's, so results may differ in the last bits between processors.
///
/// One object a worker: it owns the scratch in which factors are rounded.
package final class MatrixProduct: @unchecked Sendable {
    /// Whether the library that makes them is there: oneDNN is opened when training begins, so that what only
    /// chats needs none. Without it products are the naive ones, which no training should be made of.
    package static var isAvailable: Bool {
        #if canImport(Accelerate)
            true
        #else
            core_math_has_gemm() != 0
        #endif
    }

    package let precision: ProductPrecision
    /// The loops of the computation that these products are part of.
    package let kernels: Kernels
    private let left = HalfBuffer()
    private let right = HalfBuffer()
    private let shadows: [HalfShadow]

    /// - Parameter shadows: of matrices that are rounded elsewhere, once for many products.
    package init(
        _ precision: ProductPrecision = .float32, shadows: [HalfShadow] = [],
        kernels: Kernels = .best
    ) {
        self.precision = precision
        self.kernels = kernels
        self.shadows = shadows
    }

    /// A factor, as it lies or transposed.
    package struct Factor {
        let matrix: Matrix
        let transposed: Bool
        /// The matrix in bfloat16, dense, where that is there already.
        var halves: UnsafePointer<UInt16>?
        var rows: Int { transposed ? matrix.columns : matrix.rows }
        var columns: Int { transposed ? matrix.rows : matrix.columns }
    }

    /// A matrix that is a factor of several products, rounded but once.
    package struct Prepared {
        package let n: Factor
        package let t: Factor
    }

    /// Rounds a matrix for several products. Valid until its values change or `buffer` is used again.
    package func prepare(_ matrix: Matrix, in buffer: HalfBuffer) -> Prepared {
        let halves = precision == .bfloat16 ? buffer.round(matrix, by: kernels) : nil
        return Prepared(
            n: Factor(matrix: matrix, transposed: false, halves: halves),
            t: Factor(matrix: matrix, transposed: true, halves: halves))
    }

    /// c = a b + keep · c. Shapes: a [m, k], b [k, n], c [m, n]. On the calling thread alone when
    /// that thread has called `core_math_single_threaded`.
    package func multiply(_ a: Factor, _ b: Factor, into c: Matrix, keeping keep: Float = 0) {
        precondition(a.rows == c.rows && b.columns == c.columns && a.columns == b.rows)
        guard c.rows > 0, c.columns > 0 else { return }
        guard a.columns > 0 else { return scale(c, by: keep) }
        var keep = keep
        if keep != 0 && keep != 1 {
            // oneDNN does this one number at a time.
            scale(c, by: keep)
            keep = 1
        }
        if precision == .bfloat16 {
            let x = rounded(a, in: left)
            let y = rounded(b, in: right)
            let status = core_math_gemm_bf16(
                Self.letter(a), Self.letter(b), c.rows, c.columns, a.columns, x.base, x.stride,
                y.base, y.stride, keep, c.base, c.stride)
            if status == 0 { return }
        }
        #if canImport(Accelerate)
            cblas_sgemm(
                CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans,
                b.transposed ? CblasTrans : CblasNoTrans, Int32(c.rows), Int32(c.columns),
                Int32(a.columns), 1, a.matrix.base, Int32(a.matrix.stride), b.matrix.base,
                Int32(b.matrix.stride), keep, c.base, Int32(c.stride))
        #else
            let status = core_math_gemm_f32(
                Self.letter(a), Self.letter(b), c.rows, c.columns, a.columns, a.matrix.base,
                a.matrix.stride, b.matrix.base, b.matrix.stride, keep, c.base, c.stride)
            if status != 0 { Self.naive(a, b, into: c, keeping: keep) }
        #endif
    }

    /// A matrix in bfloat16: its shadow, or rounded into `buffer`.
    private func rounded(_ factor: Factor, in buffer: HalfBuffer) -> (
        base: UnsafePointer<UInt16>, stride: Int
    ) {
        let matrix = factor.matrix
        if let halves = factor.halves { return (halves, matrix.columns) }
        for shadow in shadows {
            if let twin = shadow.twin(matrix) { return (twin, matrix.stride) }
        }
        return (buffer.round(matrix, by: kernels), matrix.columns)
    }

    /// The naive twin of `multiply`, which tests compare it with.
    package static func naive(_ a: Factor, _ b: Factor, into c: Matrix, keeping keep: Float = 0) {
        func element(_ f: Factor, _ i: Int, _ j: Int) -> Float {
            f.transposed
                ? f.matrix.base[j * f.matrix.stride + i] : f.matrix.base[i * f.matrix.stride + j]
        }
        for i in 0..<c.rows {
            for j in 0..<c.columns {
                var sum = 0.0
                for k in 0..<a.columns {
                    sum += Double(element(a, i, k)) * Double(element(b, k, j))
                }
                c.row(i)[j] = (keep == 0 ? 0 : keep * c.row(i)[j]) + Float(sum)
            }
        }
    }

    private func scale(_ c: Matrix, by factor: Float) {
        guard factor != 0 else {
            c.zero()
            return
        }
        kernels.scale(c, by: factor)
    }

    private static func letter(_ f: Factor) -> CChar { CChar(f.transposed ? 84 : 78) }  // T, N
}

extension Matrix {
    /// This matrix as a factor of a product.
    package var n: MatrixProduct.Factor { .init(matrix: self, transposed: false) }
    /// Its transpose as a factor of a product.
    package var t: MatrixProduct.Factor { .init(matrix: self, transposed: true) }
}
