import ChatCore

extension FeedForward {
    /// From dL/dout to dL/da, all of the rows `range` of the window, [n, D]; adds to the weights' gradients.
    func backward(_ dOut: Matrix, _ a: Matrix, _ range: Range<Int>, into dA: Matrix) {
        guard let gradients else { return }
        let dInner = dInner.rows(0..<range.count)
        let dBlock = product.prepare(dOut, in: halves[0])
        product.multiply(dBlock.t, activated.rows(range).n, into: gradients.down, keeping: 1)
        product.multiply(dBlock.n, down.n, into: dInner)
        product.kernels.squaredReLUBackward(
            inner.rows(range).flat, dy: dInner.flat, into: dInner.flat)
        let dHidden = product.prepare(dInner, in: halves[1])
        product.multiply(dHidden.t, a.n, into: gradients.up, keeping: 1)
        product.multiply(dHidden.n, up.n, into: dA)
    }
}
