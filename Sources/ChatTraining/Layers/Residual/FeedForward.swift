import ChatCore

/// The second half of a delta layer's residual block: W_down relu²(W_up a).
///
/// Legend: R rows of a window, D width, F inner width.
final class FeedForward {
    let up: Matrix
    let down: Matrix
    /// Gradients of the two; nil where nothing is trained.
    let gradients: (up: Matrix, down: Matrix)?
    let product: MatrixProduct
    /// Before and after the activation, [R, F].
    let inner: Matrix
    let activated: Matrix
    let dInner: Matrix
    /// For factors of several products.
    let halves = (0..<2).map { _ in HalfBuffer() }

    init(
        up: Matrix, down: Matrix, gradients: (up: Matrix, down: Matrix)?, rows: Int,
        in workspace: Workspace
    ) {
        self.up = up
        self.down = down
        self.gradients = gradients
        product = workspace.product
        inner = workspace.matrix(rows, up.rows)
        activated = workspace.matrix(rows, up.rows)
        dInner = workspace.matrix(gradients == nil ? 0 : rows, up.rows)
    }

    /// Adds to `out` what comes of a; both are the rows `range` of the window, [n, D].
    func forward(_ a: Matrix, _ range: Range<Int>, addingTo out: Matrix) {
        let (hidden, active) = (inner.rows(range), activated.rows(range))
        product.multiply(a.n, up.t, into: hidden)
        product.kernels.squaredReLU(hidden.flat, into: active.flat)
        product.multiply(active.n, down.t, into: out, keeping: 1)
    }
}
