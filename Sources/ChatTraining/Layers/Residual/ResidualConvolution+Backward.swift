import ChatCore

extension ResidualConvolution {
    /// Call before the first `backward` of a window.
    func beginBackward() {
        dSource.zero()
        gradients?.byTap.zero()
    }

    /// Adds to `dSource` from dL/dy [rows of the steps, n]. Steps are given from the last to the first:
    /// a row's gradient is whole once those of its own step and the three after it have been seen.
    func backward(_ steps: Range<Int>, _ dOutput: Matrix) {
        guard let gradients else { return }
        let kernels = product.kernels
        for t in steps.reversed() {
            for lane in 0..<batch {
                kernels.residualConvolveRowBackward(
                    dy: dOutput.row((t - steps.lowerBound) * batch + lane), taps: taps.byTap,
                    rows.window(t, lane: lane),
                    addingTo: rows.gradients(
                        t, lane: lane, in: dSource, else: ignoredRow.row(0)),
                    dTaps: gradients.byTap)
            }
        }
    }

    /// Call after the last `backward` of a window.
    func endBackward() { gradients?.addToStored() }
}

extension ConvolutionTaps {
    /// Where this is a gradient: adds what was summed a tap at a time to the stored form.
    func addToStored() {
        for channel in 0..<stored.rows {
            for tap in 0..<4 { stored.row(channel)[tap] += byTap.row(tap)[channel] }
        }
    }
}
