/// A zeroed block of symbols for loops that read it from any place on.
package final class SymbolBuffer: @unchecked Sendable {
    let base: UnsafeMutablePointer<Int32>
    let count: Int

    package init(count: Int) {
        self.count = count
        base = .allocate(capacity: max(count, 1))
        base.initialize(repeating: 0, count: max(count, 1))
    }

    deinit { base.deallocate() }

    subscript(index: Int) -> Int32 {
        get { base[index] }
        set { base[index] = newValue }
    }

    /// The symbols of a range.
    func array(_ range: Range<Int>) -> [Int32] { range.map { base[$0] } }
}
