import ChatCore

/// The rows that a causal depthwise convolution of width 4 reads over a window: those of the window and
/// the three before it, lane by lane.
///
/// Legend: B batch, T time, n channels. Rows are time-major: row t · B + b.
final class ConvolutionRows {
    /// [T · B, n]; may be part of wider rows.
    let source: Matrix
    private let batch: Int
    private let time: Int
    /// The three rows before the window, [3 B, n], oldest first.
    private let tail: Matrix
    private let nextTail: Matrix
    private let zeroRow: Matrix
    private var resets: [Bool] = []
    /// Whether `tail` is that before the next window (else it is in the last rows of this one).
    private var atStart = true

    init(_ source: Matrix, batch: Int, time: Int, in workspace: Workspace) {
        self.source = source
        self.batch = batch
        self.time = time
        tail = workspace.matrix(3 * batch, source.columns)
        nextTail = workspace.matrix(3 * batch, source.columns)
        zeroRow = workspace.matrix(1, source.columns)
    }

    /// Call before `source` is filled with the next window's rows.
    func begin(resets: [Bool]) {
        carry()
        atStart = false
        self.resets = resets
    }

    /// The rows that a lane's step at time t reads: its own and the three before it.
    func window(_ t: Int, lane: Int) -> FourRows {
        FourRows(
            row(t, back: 3, lane: lane), row(t, back: 2, lane: lane), row(t, back: 1, lane: lane),
            source.row(t * batch + lane))
    }

    /// Where the gradients of these rows go: rows of `gradient` [T · B, n], and `outside` [n] for those of the tail
    /// and of zeros, which have no place in the window.
    func gradients(_ t: Int, lane: Int, in gradient: Matrix, else outside: Vector) -> FourRows {
        func row(back steps: Int) -> Vector {
            t < steps || isCut(t, back: steps, lane: lane)
                ? outside : gradient.row((t - steps) * batch + lane)
        }
        return FourRows(row(back: 3), row(back: 2), row(back: 1), row(back: 0))
    }

    /// The row `steps` before time t in a lane: from the window, the tail before it, or zeros when a
    /// dialogue began in between.
    private func row(_ t: Int, back steps: Int, lane: Int) -> Vector {
        if isCut(t, back: steps, lane: lane) { return zeroRow.row(0) }
        let source = t - steps
        return source >= 0
            ? self.source.row(source * batch + lane) : tail.row((3 + source) * batch + lane)
    }

    /// Whether a reset lies between time t and `steps` before it.
    private func isCut(_ t: Int, back steps: Int, lane: Int) -> Bool {
        for k in 0..<steps where t - k >= 0 && t - k < time && resets[(t - k) * batch + lane] {
            return true
        }
        return false
    }

    /// Copies the three rows before the next window from or to [3, n], oldest first.
    func load(lane: Int, from values: UnsafePointer<Float>) {
        carry()
        for step in 0..<3 {
            tail.row(step * batch + lane).load(values, place(step))
        }
    }

    func store(lane: Int, to values: UnsafeMutablePointer<Float>) {
        carry()
        for step in 0..<3 {
            tail.row(step * batch + lane).store(values, place(step))
        }
    }

    private func place(_ step: Int) -> Range<Int> {
        step * source.columns..<(step + 1) * source.columns
    }

    /// Moves the last three rows of the window before to the tail of the next one.
    private func carry() {
        guard !atStart else { return }
        atStart = true
        for lane in 0..<batch {
            for step in 0..<3 {
                nextTail.row(step * batch + lane).copy(row(time, back: 3 - step, lane: lane))
            }
        }
        tail.copy(nextTail)
    }
}
