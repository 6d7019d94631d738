/// Memory that only the backward pass of a gated delta layer uses.
package final class GatedDeltaBackwardSpace {
    let dNormalized: Matrix
    let dGatedRead: Matrix
    let dProjected: Matrix
    let dRead: Matrix
    let dQuery: Matrix
    let dKey: Matrix
    let dValue: Matrix
    let dStrength: Vector
    let dLogDecay: Vector
    let dState: Matrix
    let dTaps: Matrix
    let dRow: Matrix
    /// For factors of several products.
    let halves = (0..<2).map { _ in HalfBuffer() }
    let ignoredRow: Matrix
    /// Chunk scratch: five [C, K], four [C, C] and seven vectors [C].
    let tall: [Matrix]
    let square: [Matrix]
    let vectors: [Vector]

    init(
        rows: Int, width: Int, heads: Int, headSize: Int, projectedWidth: Int,
        in workspace: Workspace
    ) {
        let c = GatedDeltaLayer.chunkLength
        dNormalized = workspace.matrix(rows, width)
        dGatedRead = workspace.matrix(rows, width)
        dProjected = workspace.matrix(rows, projectedWidth)
        dRead = workspace.matrix(rows * heads, headSize)
        dQuery = workspace.matrix(rows * heads, headSize)
        dKey = workspace.matrix(rows * heads, headSize)
        dValue = workspace.matrix(rows * heads, headSize)
        dStrength = workspace.vector(rows * heads)
        dLogDecay = workspace.vector(rows * heads)
        dState = workspace.matrix(headSize, headSize)
        dTaps = workspace.matrix(4, 3 * width)
        dRow = workspace.matrix(1, 3 * width)
        ignoredRow = workspace.matrix(1, 3 * width)
        tall = (0..<5).map { _ in workspace.matrix(c, headSize) }
        square = (0..<4).map { _ in workspace.matrix(c, c) }
        vectors = (0..<7).map { _ in workspace.vector(c) }
    }
}
