import ChatCore
import Foundation

/// AdamW (Kingma and Ba 2015; Loshchilov and Hutter 2019): running means of the gradient and of its
/// square, corrected for their start at zero, and weight decay apart from the gradient.
package struct AdamW: Sendable {
    /// Steps taken.
    package var step = 0
    /// Running mean of the gradient, [parameter count].
    package let firstMoment: FloatBuffer
    /// Running mean of its square, [parameter count].
    package let secondMoment: FloatBuffer
    private let kernels: Kernels

    package struct Settings: Sendable, Equatable {
        package var beta1: Double
        package var beta2: Double
        package var weightDecay: Double
        package var epsilon = 1e-8

        package init(beta1: Double = 0.9, beta2: Double, weightDecay: Double = 0.01) {
            self.beta1 = beta1
            self.beta2 = beta2
            self.weightDecay = weightDecay
        }

        /// The second decay from its half-life in symbols, so that it means the same at every batch
        /// size: β₂ = 0.5^(symbols a step / half-life).
        package static func beta2(halfLife: Double, symbolsPerStep: Int) -> Double {
            min(0.9999, pow(0.5, Double(symbolsPerStep) / halfLife))
        }
    }

    package init(count: Int, kernels: Kernels = .best) {
        self.kernels = kernels
        firstMoment = FloatBuffer(count: count)
        secondMoment = FloatBuffer(count: count)
    }

    /// Updates a range of the values. `step` already counts this update.
    /// - Parameter scale: multiplies the gradient first.
    func update(
        _ values: FloatBuffer, _ gradient: FloatBuffer, _ range: Range<Int>, rate: Double,
        settings: Settings, scale: Float
    ) {
        guard !range.isEmpty else { return }
        let correction1 = 1 - pow(settings.beta1, Double(step))
        let correction2 = 1 - pow(settings.beta2, Double(step))
        kernels.adamW(
            values.vector[range], firstMoment: firstMoment.vector[range],
            secondMoment: secondMoment.vector[range], gradient: gradient.vector[range],
            clip: scale, beta1: Float(settings.beta1), beta2: Float(settings.beta2),
            rate: Float(rate), correction1: Float(correction1), correction2: Float(correction2),
            epsilon: Float(settings.epsilon), decay: Float(settings.weightDecay))
    }
}
