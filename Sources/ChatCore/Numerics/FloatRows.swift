/// Rows of floats, wherever each of them lies: what is computed for several sequences at once.
package struct FloatRows: @unchecked Sendable {
    package let pointers: UnsafeMutablePointer<UnsafeMutablePointer<Float>>

    /// Where a row begins.
    package subscript(row: Int) -> UnsafeMutablePointer<Float> { pointers[row] }

    /// As C's `float *const *`.
    var forC: UnsafePointer<UnsafeMutablePointer<Float>?> {
        UnsafeRawPointer(pointers).assumingMemoryBound(to: UnsafeMutablePointer<Float>?.self)
    }
}

/// A table of pointers to rows, which is freed with the object.
package final class RowTable: @unchecked Sendable {
    package let rows: FloatRows

    /// - Parameter first: what all rows point to at first.
    package init(count: Int, _ first: UnsafeMutablePointer<Float>) {
        rows = FloatRows(pointers: .allocate(capacity: Swift.max(count, 1)))
        rows.pointers.initialize(repeating: first, count: Swift.max(count, 1))
    }

    deinit { rows.pointers.deallocate() }
}

/// A zeroed block of rows of one width, each with room for what loops of sixteen read and write beyond it.
package final class RowBuffer: Sendable {
    private let values: FloatBuffer
    private let stride: Int
    private let table: RowTable

    package init(count: Int, width: Int) {
        stride = (width + 63) / 32 * 32
        values = FloatBuffer(count: count * stride)
        table = RowTable(count: count, values.base)
        for row in 0..<count { table.rows.pointers[row] = values.base + row * stride }
    }

    package var rows: FloatRows { table.rows }
    package subscript(row: Int) -> UnsafeMutablePointer<Float> { table.rows[row] }

    /// Sets the first `count` rows to zero.
    package func zero(_ count: Int) { values.base.update(repeating: 0, count: count * stride) }

    /// Sets the first `count` rows to these values.
    package func load(_ row: [Float], _ count: Int) {
        precondition(row.count <= stride)
        for index in 0..<count {
            row.withUnsafeBufferPointer { buffer in
                if let base = buffer.baseAddress {
                    table.rows[index].update(from: base, count: row.count)
                }
            }
        }
    }
}
