import ChatCore

/// Dropout in training: part of each layer's output is set to zero at random, and the rest is scaled up so
/// that its mean stays the same (Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, "Dropout: A
/// Simple Way to Prevent Neural Networks from Overfitting", 2014; on what goes from layer to layer and
/// never from step to step, as Zaremba, Sutskever and Vinyals, "Recurrent Neural Network
/// Regularization", 2014).
///
/// Nothing is carried between steps: a mask follows from the seed, the step, the worker and the layer,
/// so a resumed run draws what it would have drawn.
package struct Dropout: Sendable, Equatable {
    /// The part left out, 0..<1.
    package let share: Double
    package let seed: UInt64

    package init(share: Double, seed: UInt64) {
        self.share = share
        self.seed = seed
    }

    /// Whose masks are drawn: one worker's share of one step.
    package struct Draw: Sendable, Equatable {
        let seed: UInt64
        let step: Int
        let worker: Int

        /// The random numbers of one layer's mask. Layers are at most 64 and workers at most 4096, so
        /// every mask of a run has a number of its own; the word "dropout" keeps them apart from the
        /// streams of the corpus and of the first weights.
        package func stream(layer: Int) -> RandomStream {
            RandomStream(
                seed: seed ^ 0x64_726F_706F_7574,
                branch: UInt64(step) << 20 | UInt64(worker) << 8 | UInt64(layer))
        }
    }

    package func draw(step: Int, worker: Int) -> Draw {
        Draw(seed: seed, step: step, worker: worker)
    }
}

extension ModelConfiguration {
    /// Where dropout applies: on what the layer above, or the decoder, reads of layer `index`.
    ///
    /// What a delta layer hands on is the residual stream with all that the layers below wrote, so
    /// only the last one's is dropped, after it is normalised.
    package func dropsOutput(ofLayer index: Int) -> Bool {
        index == layers.count - 1 || !layers[index].cell.isResidual
    }
}

/// One layer's dropout over a window. It works on a copy: through time the layer's own output is passed on
/// whole. Legend: R rows, H hidden size.
package final class DropoutMask {
    /// What each value was last multiplied by, [R, H]: 0 or `scale`.
    private let factors: Matrix
    /// The layer's output after dropout, [R, H].
    private let dropped: Matrix
    /// How many of 65,536 values are dropped.
    private let threshold: UInt32
    /// 1 / (1 − share), with the share as rounded to `threshold`.
    package let scale: Float

    /// - Parameter share: the part left out, 0..<1.
    package init(share: Double, rows: Int, columns: Int, in workspace: Workspace) {
        precondition(share >= 0 && share < 1)
        factors = workspace.matrix(rows, columns)
        dropped = workspace.matrix(rows, columns)
        threshold = min(65_535, UInt32((share * 65_536).rounded()))
        scale = Float(65_536 / Double(65_536 - threshold))
    }

    /// Draws a new mask.
    /// - Parameter output: dense, [R, H].
    /// - Returns: output ⊙ mask, [R, H]; valid until the next call.
    package func forward(_ output: Matrix, random: RandomStream) -> Matrix {
        draw(random)
        Self.multiply(output.base, factors.base, into: dropped.base, count: factors.count)
        return dropped
    }

    /// dL/doutput from dL/d(output ⊙ mask), in place; dense, [R, H].
    package func backward(_ dOutput: Matrix) {
        Self.multiply(dOutput.base, factors.base, into: dOutput.base, count: factors.count)
    }

    /// One draw of 64 bits serves four values, 16 bits each. Without branches, which a random mask would
    /// have mispredicted.
    private func draw(_ random: RandomStream) {
        var random = random
        let kept = scale.bitPattern
        let threshold = threshold
        let out = factors.base
        func factor(_ bits: UInt64, _ piece: UInt64) -> Float {
            let value = UInt32(truncatingIfNeeded: bits &>> (16 &* piece)) & 0xFFFF
            // All ones where value ≥ threshold, else zero.
            let mask = ((value &- threshold) &>> 31) &- 1
            return Float(bitPattern: kept & mask)
        }
        let fours = factors.count / 4
        for four in 0..<fours {
            let bits = random.next()
            let at = out + 4 &* four
            at[0] = factor(bits, 0)
            at[1] = factor(bits, 1)
            at[2] = factor(bits, 2)
            at[3] = factor(bits, 3)
        }
        let bits = random.next()
        for rest in 4 * fours..<factors.count { out[rest] = factor(bits, UInt64(rest - 4 * fours)) }
    }

    private static func multiply(
        _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>,
        into out: UnsafeMutablePointer<Float>, count: Int
    ) {
        for i in 0..<count { out[i] = x[i] * y[i] }
    }
}
