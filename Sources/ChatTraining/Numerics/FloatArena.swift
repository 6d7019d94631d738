import ChatCore

/// Matrices whose sizes are known only when a window is read: handed out one after another from blocks
/// that are kept, and taken back all at once. Their contents are whatever lay there.
package final class FloatArena {
    private var blocks: [FloatBuffer] = []
    private var block = 0
    private var used = 0
    /// Floats of a block, if no matrix is larger: 1 MB.
    private static let blockSize = 1 << 18

    package init() {}

    /// A dense matrix, valid until `rewind`.
    package func matrix(_ rows: Int, _ columns: Int) -> Matrix {
        let count = (rows * columns + 15) / 16 * 16
        while block < blocks.count, used + count > blocks[block].count {
            block += 1
            used = 0
        }
        if block == blocks.count {
            blocks.append(FloatBuffer(count: max(count, Self.blockSize)))
        }
        defer { used += count }
        return Matrix(blocks[block].base + used, rows: rows, columns: columns)
    }

    /// Takes every matrix back.
    package func rewind() { (block, used) = (0, 0) }
}
