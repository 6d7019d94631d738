/// A map from Unicode scalar values to small values, as an array of pages of 256: one look-up is two
/// array reads, and scripts that do not occur take no space.
struct ScalarTable<Value: Sendable>: Sendable {
    private var pageOf: [UInt16]
    private var values: [Value]
    private let empty: Value

    /// A table that answers `empty` everywhere.
    init(empty: Value) {
        self.empty = empty
        pageOf = [UInt16](repeating: 0, count: 0x1100)
        values = [Value](repeating: empty, count: 256)
    }

    /// The value at a scalar value (at most 0x10FFFF).
    subscript(scalar: UInt32) -> Value {
        get { values[Int(pageOf[Int(scalar >> 8)]) << 8 | Int(scalar & 255)] }
        set {
            let high = Int(scalar >> 8)
            if pageOf[high] == 0 {
                pageOf[high] = UInt16(values.count >> 8)
                values.append(contentsOf: repeatElement(empty, count: 256))
            }
            values[Int(pageOf[high]) << 8 | Int(scalar & 255)] = newValue
        }
    }

    /// Every scalar value on a page that was written to, ascending, with what is there.
    var entries: [(value: UInt32, count: Value)] {
        pageOf.indices.filter { pageOf[$0] != 0 }.flatMap { high in
            (0..<256).map { low in
                (value: UInt32(high << 8 | low), count: values[Int(pageOf[high]) << 8 | low])
            }
        }
    }
}
