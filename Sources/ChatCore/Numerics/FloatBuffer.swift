#if canImport(Glibc)
    import Glibc
#endif

/// A zeroed block of floats on a 64-byte boundary, its size rounded up to a multiple of 32, freed with
/// the object. The one owner of raw memory for arithmetic.
package final class FloatBuffer: @unchecked Sendable {
    package let base: UnsafeMutablePointer<Float>
    package let count: Int

    /// Bytes of the larger pages that the processor's tables know.
    private static let largePage = 2 << 20

    package init(count: Int) {
        let padded = (Swift.max(count, 1) + 31) / 32 * 32
        let isLarge = padded * 4 >= Self.largePage
        let raw = UnsafeMutableRawPointer.allocate(
            byteCount: padded * 4, alignment: isLarge ? Self.largePage : 64)
        #if canImport(Glibc)
            // A wish: fewer entries of the translation cache for what training walks through every step.
            if isLarge { _ = madvise(raw, padded * 4, MADV_HUGEPAGE) }
        #endif
        base = raw.bindMemory(to: Float.self, capacity: padded)
        base.initialize(repeating: 0, count: padded)
        self.count = count
    }

    deinit { UnsafeMutableRawPointer(base).deallocate() }

    package func zero() { base.update(repeating: 0, count: count) }

    /// The values as an array.
    package var array: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }

    package func load(_ values: [Float]) {
        precondition(values.count <= (Swift.max(count, 1) + 31) / 32 * 32)
        for (i, value) in values.enumerated() { base[i] = value }
    }
}
