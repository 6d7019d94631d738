import Dispatch

/// The rate of large matrix products on all workers: what training could reach at best.
package enum ProductBenchmark {
    /// 10⁹ operations a second, the best of `repetitions`.
    package static func peak(
        workers: Int, precision: ProductPrecision, size: Int = 768, repetitions: Int = 12
    ) -> Double {
        let workspace = Workspace()
        let ranges = ParallelRanges(workers: workers)
        let products = (0..<workers).map { _ in MatrixProduct(precision) }
        let sets = (0..<workers).map { _ in
            (0..<3).map { _ in workspace.matrix(size, size) }
        }
        for set in sets {
            for i in 0..<set[0].count {
                set[0].base[i] = Float(i % 7) - 3
                set[1].base[i] = Float(i % 5) - 2
            }
        }
        var best = 0.0
        for _ in 0..<repetitions {
            let start = DispatchTime.now().uptimeNanoseconds
            ranges.run { worker in
                products[worker].multiply(
                    sets[worker][0].n, sets[worker][1].t, into: sets[worker][2])
            }
            let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
            let operations = 2 * Double(size) * Double(size) * Double(size) * Double(workers)
            best = max(best, operations / seconds * 1e-9)
        }
        return best
    }
}
