import ChatCore

extension CopyHead {
    /// What one lane reads between two resets, or a window's edge, with what its backward pass needs
    /// again.
    struct Stretch {
        let lane: Int
        /// Time steps of the window.
        let steps: Range<Int>
        /// The symbols that have a column, ascending, [n].
        let symbols: [Int32]
        /// The column of each step's symbol.
        let columns: [Int32]
        let chunkCount: Int
        /// What was written and read at each step, [steps, n].
        let u: Matrix
        let read: Matrix
        /// M before each chunk and after the last, [(chunks + 1) · K, n].
        let memories: Matrix
        /// A and lower(Q Kᵀ) of each chunk, [2 · chunks · C, C].
        private let squares: Matrix
        /// Of its first step in the lane-major arrays.
        private let firstRow: Int
        private let keySize: Int

        init(
            lane: Int, steps: Range<Int>, symbols: [Int32], columns: [Int32], time: Int,
            keySize: Int, in arena: FloatArena
        ) {
            let c = CopyHead.chunkLength
            self.lane = lane
            self.steps = steps
            self.symbols = symbols
            self.columns = columns
            self.keySize = keySize
            firstRow = lane * time + steps.lowerBound
            chunkCount = (steps.count + c - 1) / c
            u = arena.matrix(steps.count, symbols.count)
            read = arena.matrix(steps.count, symbols.count)
            memories = arena.matrix((chunkCount + 1) * keySize, symbols.count)
            squares = arena.matrix(2 * chunkCount * c, c)
        }

        /// A part of at most 32 steps. Legend: c its steps.
        struct Chunk {
            /// Its steps, counted from the stretch's first, and its rows of the lane-major arrays.
            let steps: Range<Int>
            let rows: Range<Int>
            /// A and lower(Q Kᵀ), [c, c].
            let a: Matrix
            let p: Matrix
            /// [c, n]
            let u: Matrix
            let read: Matrix
            /// M before and after, [K, n].
            let before: Matrix
            let after: Matrix
            var count: Int { steps.count }
        }

        func chunk(_ index: Int) -> Chunk {
            let c = CopyHead.chunkLength
            let part = index * c..<min((index + 1) * c, steps.count)
            func square(_ k: Int) -> Matrix {
                let start = (2 * index + k) * c
                return squares.rows(start..<start + c).reshaped(part.count, part.count)
            }
            return Chunk(
                steps: part, rows: firstRow + part.lowerBound..<firstRow + part.upperBound,
                a: square(0), p: square(1), u: u.rows(part), read: read.rows(part),
                before: memories.rows(index * keySize..<(index + 1) * keySize),
                after: memories.rows((index + 1) * keySize..<(index + 2) * keySize))
        }
    }
}

/// Memory that only the backward pass of a copy head uses.
package final class CopyHeadBackwardSpace {
    /// Time-major: of W_k z_(t−1) [R, K], and of W_q, w and g times z_t [R, K + 2].
    let dKeyProjected: Matrix
    let dReadProjected: Matrix
    /// Lane-major, [R, K].
    let dKey: Matrix
    let dQuery: Matrix
    /// [K, S]
    let dMemory: Matrix
    /// Three of [C, S] and three of [C, C].
    let wide: [Matrix]
    let squares: [Matrix]
    /// For factors of several products.
    let halves = (0..<10).map { _ in HalfBuffer() }

    init(rows: Int, keySize: Int, symbolCount: Int, in workspace: Workspace) {
        let c = CopyHead.chunkLength
        dKeyProjected = workspace.matrix(rows, keySize)
        dReadProjected = workspace.matrix(rows, keySize + 2)
        dKey = workspace.matrix(rows, keySize)
        dQuery = workspace.matrix(rows, keySize)
        dMemory = workspace.matrix(keySize, symbolCount)
        wide = (0..<3).map { _ in workspace.matrix(c, symbolCount) }
        squares = (0..<3).map { _ in workspace.matrix(c, c) }
    }
}
