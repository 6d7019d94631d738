import CoreMath

/// One time step of LSTM and GRU layers, all lanes at once. Legend: B lanes, H hidden size; every matrix dense.
extension Kernels {
    /// Adds both biases [4 H] to gates [B, 4 H] (i, f, g, o), activates these in place and writes the cell, its tanh
    /// and the hidden state, [B, H].
    @inline(__always)
    package func lstmForward(
        gates: Matrix, inputBias: Vector, hiddenBias: Vector, cellBefore: Matrix, cell: Matrix,
        cellTanh: Matrix, hidden: Matrix
    ) {
        let (rows, h) = (hidden.rows, hidden.columns)
        precondition(gates.isDense(rows, 4 * h), "gates [B, 4 H]")
        precondition(inputBias.count == 4 * h && hiddenBias.count == 4 * h, "biases [4 H]")
        precondition(
            hidden.isDense && cellBefore.isDense(rows, h) && cell.isDense(rows, h)
                && cellTanh.isDense(rows, h), "states [B, H]")
        table.lstm_forward(
            Int32(rows), Int32(h), gates.base, inputBias.base, hiddenBias.base, cellBefore.base,
            cell.base, cellTanh.base, hidden.base)
    }

    /// From dL/dhidden and dL/dcell (in and out), [B, H]: gates [B, 4 H] become their gradients before activation.
    @inline(__always)
    package func lstmBackward(
        gates: Matrix, cellBefore: Matrix, cellTanh: Matrix, dHidden: Matrix, dCell: Matrix
    ) {
        let (rows, h) = (dHidden.rows, dHidden.columns)
        precondition(gates.isDense(rows, 4 * h), "gates [B, 4 H]")
        precondition(
            dHidden.isDense && cellBefore.isDense(rows, h) && cellTanh.isDense(rows, h)
                && dCell.isDense(rows, h), "states [B, H]")
        table.lstm_backward(
            Int32(rows), Int32(h), gates.base, cellBefore.base, cellTanh.base, dHidden.base,
            dCell.base)
    }

    /// Adds the biases [3 H], leaves the activated gates (r, z, n) in fromInput [B, 3 H] and the new gate's hidden
    /// product in the last third of fromHidden [B, 3 H]; writes the hidden state [B, H].
    @inline(__always)
    package func gruForward(
        fromInput: Matrix, fromHidden: Matrix, inputBias: Vector, hiddenBias: Vector,
        before: Matrix, hidden: Matrix
    ) {
        let (rows, h) = (hidden.rows, hidden.columns)
        precondition(
            fromInput.isDense(rows, 3 * h) && fromHidden.isDense(rows, 3 * h), "gates [B, 3 H]")
        precondition(inputBias.count == 3 * h && hiddenBias.count == 3 * h, "biases [3 H]")
        precondition(hidden.isDense && before.isDense(rows, h), "states [B, H]")
        table.gru_forward(
            Int32(rows), Int32(h), fromInput.base, fromHidden.base, inputBias.base,
            hiddenBias.base, before.base, hidden.base)
    }

    /// fromInput and fromHidden [B, 3 H] become their gradients; dHidden [B, H] becomes its direct part for the step
    /// before.
    @inline(__always)
    package func gruBackward(
        fromInput: Matrix, fromHidden: Matrix, before: Matrix, dHidden: Matrix
    ) {
        let (rows, h) = (dHidden.rows, dHidden.columns)
        precondition(
            fromInput.isDense(rows, 3 * h) && fromHidden.isDense(rows, 3 * h), "gates [B, 3 H]")
        precondition(dHidden.isDense && before.isDense(rows, h), "states [B, H]")
        table.gru_backward(
            Int32(rows), Int32(h), fromInput.base, fromHidden.base, before.base, dHidden.base)
    }
}
