import ChatCore

/// Muon (Jordan et al. 2024): momentum whose direction is made orthogonal, for the square-ish weight
/// matrices inside a network. All singular values of an update become about equal, so that rare
/// directions are learned as fast as common ones. The other tensors are left to AdamW.
///
/// For a matrix W [r, c] with gradient G, momentum M and rate η:
///   M ← β M + (1 − β) G;  U = (1 − β) G + β M;  X = U / ‖U‖
///   five times X ← a X + (b A + c A²) X with A = X Xᵀ (Newton and Schulz; a, b, c of Jordan et al.)
///   W ← (1 − η λ) W − η 0.2 √max(r, c) X
/// The factor 0.2 √max(r, c) gives an update the size of AdamW's, so that both share one rate (Liu et al.,
/// "Muon is scalable for LLM training", 2025).
package final class Muon: @unchecked Sendable {
    private static let coefficients: (a: Float, b: Float, c: Float) = (3.4445, -4.7750, 2.0315)
    private static let iterations = 5
    /// β.
    static let momentum: Float = 0.95

    /// One matrix it trains.
    package struct Target: Sendable {
        /// Its place in the flat parameters.
        package let range: Range<Int>
        package let rows: Int
        package let columns: Int
    }
    package let targets: [Target]
    private let spaces: [Space]

    /// One worker's matrices: X and its successor, A, and b A + c A².
    private struct Space {
        let workspace: Workspace
        let x: Matrix
        let next: Matrix
        let gram: Matrix
        let polynomial: Matrix
    }

    package init(
        _ layout: ParameterLayout, workers: Int, precision: ProductPrecision,
        kernels: Kernels = .best
    ) {
        targets = zip(layout.tensors, layout.offsets).compactMap { tensor, offset in
            guard Self.trains(tensor) else { return nil }
            return Target(
                range: offset..<offset + tensor.elementCount, rows: tensor.shape[0],
                columns: tensor.shape[1])
        }
        let largest = targets.map(\.range.count).max() ?? 0
        let side = targets.map { min($0.rows, $0.columns) }.max() ?? 0
        spaces = (0..<workers).map { _ in
            let workspace = Workspace(MatrixProduct(precision, kernels: kernels))
            return Space(
                workspace: workspace, x: workspace.matrix(1, largest),
                next: workspace.matrix(1, largest), gram: workspace.matrix(side, side),
                polynomial: workspace.matrix(side, side))
        }
    }

    /// The projections and the feed-forward matrices of delta layers; not the thin ones that make decays.
    static func trains(_ tensor: TensorDescription) -> Bool {
        tensor.shape.count == 2 && tensor.name.hasPrefix("layers.") && tensor.shape[0] >= 16
            && !tensor.name.contains(".f_proj.")
    }

    /// The ranges of the flat parameters that are left to AdamW, in order.
    package func others(of count: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        for target in targets {
            if target.range.lowerBound > start { ranges.append(start..<target.range.lowerBound) }
            start = target.range.upperBound
        }
        if start < count { ranges.append(start..<count) }
        return ranges
    }

    /// Updates one matrix on one worker. `gradient` is used up.
    /// - Parameter scale: multiplies the gradient first.
    package func update(
        _ target: Target, values: FloatBuffer, gradient: FloatBuffer, momentum: FloatBuffer,
        scale: Float, rate: Double, decay: Double, worker: Int
    ) {
        let space = spaces[worker]
        let product = space.workspace.product
        let kernels = product.kernels
        let g = gradient.vector[target.range]
        let m = momentum.vector[target.range]
        let beta = Self.momentum
        kernels.blend((1 - beta) * scale, g, beta, into: m)
        // U replaces the gradient, which is not needed any more.
        kernels.blend(beta, m, (1 - beta) * scale, into: g)
        let norm = Float(kernels.sumOfSquares(g).squareRoot()) + 1e-12
        // The product X Xᵀ is over the longer side.
        let isTall = target.rows > target.columns
        let (r, c) = isTall ? (target.columns, target.rows) : (target.rows, target.columns)
        var x = space.x.reshaped(r, c)
        var next = space.next.reshaped(r, c)
        let u = g.reshaped(target.rows, target.columns)
        if isTall { x.copyTransposed(u) } else { x.copy(u) }
        kernels.scale(x.flat, by: 1 / norm)
        let gram = space.gram.reshaped(r, r)
        let polynomial = space.polynomial.reshaped(r, r)
        for _ in 0..<Self.iterations {
            product.multiply(x.n, x.t, into: gram)
            product.multiply(gram.n, gram.n, into: polynomial)
            kernels.blend(
                Self.coefficients.b, gram.flat, Self.coefficients.c, into: polynomial.flat)
            kernels.blend(Self.coefficients.a, x.flat, 0, into: next.flat)
            product.multiply(polynomial.n, x.n, into: next, keeping: 1)
            swap(&x, &next)
        }
        if isTall {
            u.copyTransposed(x)
        } else {
            u.copy(x)
        }
        let size = 0.2 * Double(max(r, c)).squareRoot()
        kernels.blend(
            Float(-rate * size), g, Float(1 - rate * decay), into: values.vector[target.range])
    }
}
