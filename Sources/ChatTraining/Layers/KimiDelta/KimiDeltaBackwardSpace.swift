import ChatCore

/// Memory that only the backward pass of a Kimi delta layer uses.
package final class KimiDeltaBackwardSpace {
    let dNormal: Matrix
    let dGatedRead: Matrix
    let dProjected: Matrix
    let dRead: Matrix
    let dQuery: Matrix
    let dKey: Matrix
    let dValue: Matrix
    let dLogDecay: Matrix
    let dDecayInput: Matrix
    let dStrength: Vector
    let dStates: (Matrix, Matrix)
    let dRow: Matrix
    let ignoredRow: Matrix
    /// For factors of several products.
    let halves = (0..<2).map { _ in HalfBuffer() }

    /// Chunk scratch: [2 C, K], [C, K], and of pairs [2 C, C].
    let both: Matrix
    let dStacked: Matrix
    let dMinus: Matrix
    let dToEnd: Matrix
    let dPairs: Matrix
    let minusBeta: Vector
    let channelSums: Vector

    init(
        rows: Int, width: Int, heads: Int, projectedWidth: Int,
        in workspace: Workspace
    ) {
        let c = KimiDeltaChunks.length
        let headSize = width / heads
        func headRows() -> Matrix { workspace.matrix(rows * heads, headSize) }
        dNormal = workspace.matrix(rows, width)
        dGatedRead = workspace.matrix(rows, width)
        dProjected = workspace.matrix(rows, projectedWidth)
        dRead = headRows()
        dQuery = headRows()
        dKey = headRows()
        dValue = headRows()
        dLogDecay = headRows()
        dDecayInput = workspace.matrix(rows, width)
        dStrength = workspace.vector(rows * heads)
        dStates = (workspace.matrix(headSize, headSize), workspace.matrix(headSize, headSize))
        dRow = workspace.matrix(1, 3 * width)
        ignoredRow = workspace.matrix(1, 3 * width)
        both = workspace.matrix(2 * c, headSize)
        dStacked = workspace.matrix(2 * c, headSize)
        dMinus = workspace.matrix(c, headSize)
        dToEnd = workspace.matrix(c, headSize)
        dPairs = workspace.matrix(2 * c, c)
        minusBeta = workspace.vector(c)
        channelSums = workspace.vector(headSize)
    }
}
