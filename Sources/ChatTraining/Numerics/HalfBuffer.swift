/// Memory for matrices rounded to bfloat16, grown on demand: the upper half of each float, rounded to
/// nearest, ties to even.
package final class HalfBuffer: @unchecked Sendable {
    private var base: UnsafeMutablePointer<UInt16>?
    private var capacity = 0

    package init() {}

    deinit { base.map { UnsafeMutableRawPointer($0).deallocate() } }

    /// Rounds a matrix into this buffer, dense [rows, columns]. Valid until the next call.
    func round(_ matrix: Matrix, by kernels: Kernels) -> UnsafePointer<UInt16> {
        let out = room(for: matrix.count)
        kernels.round(matrix, into: UnsafeMutableBufferPointer(start: out, count: matrix.count))
        return UnsafePointer(out)
    }

    private func room(for count: Int) -> UnsafeMutablePointer<UInt16> {
        if let base, count <= capacity { return base }
        base.map { UnsafeMutableRawPointer($0).deallocate() }
        capacity = (count + 63) / 64 * 64
        let raw = UnsafeMutableRawPointer.allocate(byteCount: capacity * 2, alignment: 64)
        let fresh = raw.bindMemory(to: UInt16.self, capacity: capacity)
        fresh.initialize(repeating: 0, count: capacity)
        base = fresh
        return fresh
    }
}

/// The bfloat16 twin of a block of floats that many products read, such as the weights: rounded once a
/// step instead of once a product.
package final class HalfShadow: @unchecked Sendable {
    private let base: UnsafePointer<Float>
    private let count: Int
    private let halves = HalfBuffer()
    private let kernels: Kernels
    private var rounded: UnsafePointer<UInt16>

    package init(of base: UnsafePointer<Float>, count: Int, kernels: Kernels = .best) {
        self.base = base
        self.count = count
        self.kernels = kernels
        rounded = halves.round(
            Matrix(UnsafeMutablePointer(mutating: base), rows: 1, columns: count),
            by: kernels)
    }

    /// Call when the floats have changed.
    package func refresh() {
        rounded = halves.round(
            Matrix(UnsafeMutablePointer(mutating: base), rows: 1, columns: count), by: kernels)
    }

    /// The twin of a matrix that lies in the block, with the same stride; nil for any other.
    func twin(_ matrix: Matrix) -> UnsafePointer<UInt16>? {
        let offset = UnsafePointer(matrix.base) - base
        return offset >= 0 && offset < count ? rounded + offset : nil
    }
}
