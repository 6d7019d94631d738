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

    /// The row `steps` before time t in a lane: from the window, the tail before it, or zeros when a
    /// dialogue began in between.
    func row(_ t: Int, back steps: Int, lane: Int) -> UnsafeMutablePointer<Float> {
        if isCut(t, back: steps, lane: lane) { return zeroRow.base }
        let source = t - steps
        return source >= 0
            ? self.source.row(source * batch + lane) : tail.row((3 + source) * batch + lane)
    }

    /// Whether the gradient of `row` has no place in the window: it goes to the tail or to zeros.
    func isOutside(_ t: Int, back steps: Int, lane: Int) -> Bool {
        t < steps || isCut(t, back: steps, lane: lane)
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
            tail.row(step * batch + lane).update(
                from: values + step * source.columns, count: source.columns)
        }
    }

    func store(lane: Int, to values: UnsafeMutablePointer<Float>) {
        carry()
        for step in 0..<3 {
            (values + step * source.columns).update(
                from: tail.row(step * batch + lane), count: source.columns)
        }
    }

    /// Moves the last three rows of the window before to the tail of the next one.
    private func carry() {
        guard !atStart else { return }
        atStart = true
        for lane in 0..<batch {
            for step in 0..<3 {
                nextTail.row(step * batch + lane).update(
                    from: row(time, back: 3 - step, lane: lane), count: source.columns)
            }
        }
        tail.copy(nextTail)
    }
}
