import Foundation

extension LanguageModel {
    /// A model with freshly drawn values, the same for the same seed.
    ///
    /// LSTM and GRU: uniform in ±1/√H as PyTorch draws them, the LSTM's forget bias raised by 1
    /// (Jozefowicz et al. 2015). Gated delta: uniform in ±1/√width, output projections zero, exp(A) 1,
    /// softplus(dt) spread over the heads between e^−11 and e^−5 on a logarithmic scale: half-lives of 461
    /// and 9,260 characters for two heads, 2,070 for one; of the layer below the last, the last head begins
    /// as one that never forgets. (The published layer draws faster decays at random, for many heads; with
    /// few, a state that fades within a line never learns to be read a turn later.)
    /// Kimi delta: the same but for the decays, whose half-lives, over the channels of a head, go from 8 to
    /// 20,000 characters on a logarithmic scale; W_k and its taps are those of W_q, so that what was met is found
    /// again before anything is learned; the residual convolutions are zero.
    /// Copy head and pointer head: uniform in ±1/√width, W_k as W_q, s 1; what reads the trace is zero,
    /// b₀ 4, the weights of runs 1.
    /// Embedding: normal, deviation 1 for LSTM and GRU, 0.02 under the scale of 10 for the delta layers.
    public init(_ configuration: ModelConfiguration, seed: UInt64) {
        var random = RandomStream(seed: seed, branch: 0x1417)
        var parameters = Parameters(layout: ParameterLayout(configuration))
        let layout = parameters.layout
        let lasting = "layers.\(configuration.layers.count - 2).attn.A_log"
        func uniform(_ bound: Double) -> Float { Float((random.uniform() * 2 - 1) * bound) }
        func normal(_ deviation: Double) -> Float {
            let radius = (-2 * ExactMath.log(1 - random.uniform())).squareRoot()
            return Float(radius * cos(2 * .pi * random.uniform()) * deviation)
        }
        for tensor in layout.tensors {
            let offset = layout.offset(tensor.name)
            let range = offset..<offset + tensor.elementCount
            let columns = tensor.elementCount / tensor.shape[0]
            func fill(_ value: () -> Float) {
                for i in range { parameters.values[i] = value() }
            }
            if tensor.name == "embedding.weight" {
                let deviation = configuration.embeddingScale == 1 ? 1 : 0.02
                fill { normal(deviation) }
            } else if tensor.name.hasPrefix("decoder") {
                let bound = 1 / Double(configuration.outputSize).squareRoot()
                fill { uniform(bound) }
            } else if tensor.name.hasPrefix("rnn.") {
                let index = Int(tensor.name.split(separator: "l").last ?? "0") ?? 0
                let size = configuration.layers[index].hiddenSize
                fill { uniform(1 / Double(size).squareRoot()) }
                if tensor.name.contains("bias_ih"), configuration.layers[index].cell == .lstm {
                    for i in size..<2 * size { parameters.values[offset + i] += 1 }
                }
            } else if tensor.name.hasSuffix("A_log") {
                fill { 0 }
                if range.count > 1, tensor.name == lasting {
                    parameters.values[range.upperBound - 1] = Self.lastingRate
                }
            } else if tensor.name.hasSuffix("dt_bias") {
                let decays =
                    configuration.layer(of: tensor.name)?.channelDecays
                    ?? range.map { head in
                        let part = (Double(head - range.lowerBound) + 0.5) / Double(range.count)
                        return Double(ExactMath.exp(Float(-11 + 6 * part)))
                    }
                for (i, decay) in zip(range, decays) {
                    // softplus(dt) = decay.
                    parameters.values[i] = Float(
                        decay + ExactMath.log(1 - Double(ExactMath.exp(Float(-decay)))))
                }
            } else if tensor.name.hasSuffix("_head.scale") || tensor.name.hasSuffix("sharpness")
                || tensor.name == RunWeights.tensor
            {
                fill { 1 }
            } else if tensor.name == "pointer_head.match.bias" {
                fill { 4 }
            } else if tensor.name == "pointer_head.told_logits" {
                fill { 0 }
            } else if tensor.name.hasSuffix("_head.q_proj.weight") {
                // To begin with, a state finds what came after the same state.
                let keys = layout.offset(tensor.name.replacing("q_proj", with: "k_proj"))
                for i in range { parameters.values[i] = parameters.values[keys + i - offset] }
            } else if tensor.name.hasPrefix("copy_head.") || tensor.name.hasPrefix("pointer_head.")
            {
                let width = configuration.outputSize
                fill { uniform(1 / Double(width).squareRoot()) }
                // The trace, which is longer than z, is learned to be read.
                for i in range where columns == 2 * width && (i - offset) % columns >= width {
                    parameters.values[i] = 0
                }
            } else if tensor.name.contains("o_proj") || tensor.name.contains("down_proj")
                || tensor.name.contains("canon")
            {
                fill { 0 }
            } else {
                fill { uniform(1 / Double(columns).squareRoot()) }
            }
        }
        for (index, layer) in configuration.layers.enumerated() where layer.cell == .kimiDelta {
            for kind in ["proj", "conv1d"] {
                let name = { (part: String) in "layers.\(index).attn.\(part)_\(kind).weight" }
                guard let query = layout.range(of: name("q")),
                    let key = layout.range(of: name("k"))
                else { continue }
                parameters.values.replaceSubrange(key, with: parameters.values[query])
            }
        }
        self.init(configuration: configuration, parameters: parameters)
    }

    /// The logarithm of A for a head that keeps what is written into it; training moves it. The last layer,
    /// which holds what was said, cannot see what it holds when it writes; this head lets the layer below know.
    /// (Chosen by trials: `corpus/SHIPPED-MODEL.md`.)
    private static let lastingRate: Float = -20
}

extension LayerConfiguration {
    /// How much each channel of a Kimi delta layer forgets in a step at the start, ln 2 over its half-life,
    /// [hiddenSize]; nil for other cells.
    fileprivate var channelDecays: [Double]? {
        guard cell == .kimiDelta else { return nil }
        let (shortest, longest) = (8.0, 20_000.0)
        let headSize = hiddenSize / headCount
        return (0..<hiddenSize).map { channel in
            let part = Double(channel % headSize) / Double(max(1, headSize - 1))
            let factor = Double(ExactMath.exp(Float(part * ExactMath.log(longest / shortest))))
            return ExactMath.log(2) / (shortest * factor)
        }
    }
}

extension ModelConfiguration {
    /// The layer that a tensor named `layers.N.…` belongs to.
    fileprivate func layer(of tensor: String) -> LayerConfiguration? {
        let parts = tensor.split(separator: ".")
        guard parts.count > 1, let index = Int(parts[1]), layers.indices.contains(index) else {
            return nil
        }
        return layers[index]
    }
}
