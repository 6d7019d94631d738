import ChatCore

/// The gated delta rule on whole sequences in chunks, with what its backward pass needs again.
///
/// One sequence is one head of one lane. Legend: T time, K head size, C chunk length (at most 32).
package final class GatedDeltaChunks {
    let time: Int
    let headSize: Int
    let chunkCount: Int
    private let keepsAll: Bool
    let product: MatrixProduct

    /// Per sequence and chunk: A, P, D, K Kᵀ [C, C]; K S₀, Q S₀, U [C, K]; S₀ [K, K].
    private let matrices: Matrix
    private let products: Matrix
    private let states: Matrix
    /// Per sequence and step: γ = e^c and γ_C / γ.
    private let gamma: Matrix
    private let toEnd: Matrix
    private let cumulative: Vector
    private let queryKey: Matrix
    private let scratch: Matrix
    /// For factors of several products.
    let halves = (0..<8).map { _ in HalfBuffer() }

    init(sequences: Int, time: Int, headSize: Int, keepsAll: Bool, in workspace: Workspace) {
        let c = GatedDeltaLayer.chunkLength
        self.time = time
        self.headSize = headSize
        self.keepsAll = keepsAll
        product = workspace.product
        chunkCount = (time + c - 1) / c
        let kept = keepsAll ? sequences * chunkCount : 1
        matrices = workspace.matrix(kept * 4 * c, c)
        products = workspace.matrix(kept * 3 * c, headSize)
        states = workspace.matrix(kept * headSize, headSize)
        gamma = workspace.matrix(keepsAll ? sequences : 1, chunkCount * c)
        toEnd = workspace.matrix(keepsAll ? sequences : 1, chunkCount * c)
        cumulative = workspace.vector(c)
        queryKey = workspace.matrix(c, c)
        scratch = workspace.matrix(c, headSize)
    }

    /// What one chunk of one sequence keeps.
    struct Chunk {
        let range: Range<Int>
        let a: Matrix
        let p: Matrix
        let decay: Matrix
        let keyKey: Matrix
        let keyState: Matrix
        let queryState: Matrix
        let u: Matrix
        let before: Matrix
        let gamma: Vector
        let toEnd: Vector
        var count: Int { range.count }
        /// γ of the whole chunk.
        var last: Float { gamma[range.count - 1] }
    }

    func chunk(_ index: Int, of sequence: Int) -> Chunk {
        let c = GatedDeltaLayer.chunkLength
        let range = index * c..<min((index + 1) * c, time)
        let n = range.count
        let slot = keepsAll ? sequence * chunkCount + index : 0
        func square(_ k: Int) -> Matrix {
            let start = (slot * 4 + k) * c
            return matrices.rows(start..<start + c).reshaped(n, n)
        }
        func tall(_ k: Int) -> Matrix {
            let start = (slot * 3 + k) * c
            return products.rows(start..<start + n)
        }
        let row = keepsAll ? sequence : 0
        return Chunk(
            range: range, a: square(0), p: square(1), decay: square(2), keyKey: square(3),
            keyState: tall(0), queryState: tall(1), u: tall(2),
            before: states.rows(slot * headSize..<(slot + 1) * headSize),
            gamma: gamma.row(row)[range], toEnd: toEnd.row(row)[range])
    }

    /// Reads [T, K] queries, keys and values with write strengths and log decays [T]; writes what was
    /// read [T, K] and moves `state` [K, K] to the end of the window.
    func forward(
        _ sequence: Int, query: Matrix, key: Matrix, value: Matrix,
        strength: Vector, logDecay: Vector, state: Matrix, read: Matrix
    ) {
        let kernels = product.kernels
        for index in 0..<chunkCount {
            let chunk = chunk(index, of: sequence)
            let (range, n) = (chunk.range, chunk.count)
            let (q, k, v) = (query.rows(range), key.rows(range), value.rows(range))
            let beta = strength[range]
            prepareDecays(chunk, logDecay[range])
            chunk.before.copy(state)

            let qk = queryKey.reshaped(n, n)
            let keys = product.prepare(k, in: halves[0])
            let queries = product.prepare(q, in: halves[1])
            let before = product.prepare(chunk.before, in: halves[2])
            product.multiply(keys.n, keys.t, into: chunk.keyKey)
            product.multiply(queries.n, keys.t, into: qk)
            kernels.deltaMatrices(
                cumulative: cumulative[0..<n], strength: beta, kk: chunk.keyKey, qk: qk,
                a: chunk.a, p: chunk.p, decay: chunk.decay)
            product.multiply(keys.n, before.n, into: chunk.keyState)
            product.multiply(queries.n, before.n, into: chunk.queryState)
            kernels.deltaSolve(
                chunk.a, strength: beta, gamma: chunk.gamma, v: v, ks: chunk.keyState,
                into: chunk.u)
            let u = product.prepare(chunk.u, in: halves[3])
            let out = read.rows(range)
            kernels.scaleRows(chunk.queryState, by: chunk.gamma, into: out)
            product.multiply(chunk.p.n, u.n, into: out, keeping: 1)
            let scaled = scratch.rows(0..<n)
            kernels.scaleRows(k, by: chunk.toEnd, into: scaled)
            product.multiply(scaled.t, u.n, into: state, keeping: chunk.last)
        }
    }

    /// c, γ = e^c and γ_C / γ of a chunk.
    private func prepareDecays(_ chunk: Chunk, _ logDecay: Vector) {
        var sum: Float = 0
        for i in 0..<chunk.count {
            sum += logDecay[i]
            cumulative[i] = sum
        }
        for i in 0..<chunk.count {
            chunk.gamma[i] = ExactMath.exp(cumulative[i])
            chunk.toEnd[i] = ExactMath.exp(sum - cumulative[i])
        }
    }
}
