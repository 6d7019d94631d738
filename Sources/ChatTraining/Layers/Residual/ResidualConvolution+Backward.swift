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
                let at = t * batch + lane
                kernels.residual_convolve_row_backward(
                    Int32(width), dOutput.row(at - steps.lowerBound * batch), taps.byTap.base,
                    rows.row(t, back: 3, lane: lane), rows.row(t, back: 2, lane: lane),
                    rows.row(t, back: 1, lane: lane), rows.source.row(at),
                    gradientRow(t, back: 3, lane: lane), gradientRow(t, back: 2, lane: lane),
                    gradientRow(t, back: 1, lane: lane), dSource.row(at), gradients.byTap.base)
            }
        }
    }

    /// Call after the last `backward` of a window.
    func endBackward() { gradients?.addToStored() }

    private func gradientRow(_ t: Int, back steps: Int, lane: Int) -> UnsafeMutablePointer<Float> {
        rows.isOutside(t, back: steps, lane: lane)
            ? ignoredRow.base : dSource.row((t - steps) * batch + lane)
    }
}

extension ConvolutionTaps {
    /// Where this is a gradient: adds what was summed a tap at a time to the stored form.
    func addToStored() {
        for channel in 0..<stored.rows {
            for tap in 0..<4 { stored.row(channel)[tap] += byTap.row(tap)[channel] }
        }
    }
}
