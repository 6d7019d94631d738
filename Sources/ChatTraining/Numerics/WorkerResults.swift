/// One number from each worker, summed in the order of the workers.
final class WorkerResults: @unchecked Sendable {
    private let values: UnsafeMutablePointer<Double>
    private let count: Int

    init(count: Int) {
        self.count = count
        values = .allocate(capacity: count)
        values.initialize(repeating: 0, count: count)
    }

    deinit { values.deallocate() }

    subscript(worker: Int) -> Double {
        get { values[worker] }
        set { values[worker] = newValue }
    }

    var sum: Double { (0..<count).reduce(0) { $0 + values[$1] } }
}
