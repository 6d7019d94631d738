import ChatCore

/// y = a + conv₄(a) over a window, a causal depthwise convolution of width 4 beside what it reads ("Canon
/// layer", Allen-Zhu, "Physics of Language Models: Part 4.1", 2025): the next part of the block sees the last
/// four characters at once.
final class ResidualConvolution {
    /// y, [T · B, n]; valid after `forward`.
    let output: Matrix
    let rows: ConvolutionRows
    let taps: ConvolutionTaps
    let gradients: ConvolutionTaps?
    let product: MatrixProduct
    let batch: Int
    /// dL/da, [T · B, n], and where the gradients of rows outside the window go.
    let dSource: Matrix
    let ignoredRow: Matrix

    init(
        _ source: Matrix, taps: ConvolutionTaps, gradients: ConvolutionTaps?, batch: Int, time: Int,
        in workspace: Workspace
    ) {
        self.taps = taps
        self.gradients = gradients
        product = workspace.product
        self.batch = batch
        let width = source.columns
        rows = ConvolutionRows(source, batch: batch, time: time, in: workspace)
        output = workspace.matrix(source.rows, width)
        dSource = workspace.matrix(gradients == nil ? 0 : source.rows, width)
        ignoredRow = workspace.matrix(1, width)
    }

    /// Fills the output's rows of some time steps from the same rows of the source.
    func forward(_ steps: Range<Int>) {
        let kernels = product.kernels
        for t in steps {
            for lane in 0..<batch {
                kernels.residualConvolveRow(
                    rows.window(t, lane: lane), taps: taps.byTap,
                    into: output.row(t * batch + lane))
            }
        }
    }
}

/// The taps of a causal depthwise convolution of width 4 over n channels.
final class ConvolutionTaps {
    /// As stored, [n, 4].
    let stored: Matrix
    /// A tap at a time, oldest first: [4, n].
    let byTap: Matrix

    init(_ stored: Matrix, in workspace: Workspace) {
        self.stored = stored
        byTap = workspace.matrix(4, stored.rows)
    }

    /// Call when the stored taps have changed.
    func prepare() { byTap.copyTransposed(stored) }
}
