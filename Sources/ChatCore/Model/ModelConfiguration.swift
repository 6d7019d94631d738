/// The kinds of recurrent layer.
public enum CellKind: String, Codable, Sendable, CaseIterable {
    /// Long short-term memory (Hochreiter and Schmidhuber 1997), PyTorch's equations.
    case lstm
    /// Gated recurrent unit (Cho et al. 2014), PyTorch's equations (reset gate after the product).
    case gru
    /// Gated delta rule with a matrix state (Yang, Kautz, Hatamizadeh 2024), inside a residual block.
    case gatedDelta = "gated-delta"
    /// Kimi delta attention (Kimi Team 2025): gated delta with a decay of its own for each key channel,
    /// and residual short convolutions before both halves of the block.
    case kimiDelta = "kda"

    /// A delta rule in a residual block, whose input is as wide as its output.
    public var isResidual: Bool { self == .gatedDelta || self == .kimiDelta }
}

/// One layer of the stack.
public struct LayerConfiguration: Codable, Sendable, Equatable {
    /// The equations that the layer follows.
    public var cell: CellKind
    /// Width of the layer's output.
    public var hiddenSize: Int
    /// Heads of a delta layer; `hiddenSize` is a multiple of it. 1 for other cells.
    public var headCount: Int
    /// Inner width of a delta layer's feed-forward part. 0 for other cells.
    public var feedForwardSize: Int

    /// Inner width of what makes the decays of a Kimi delta layer.
    package static let decayRank = 16

    /// - Parameter feedForwardSize: nil: twice `hiddenSize` for a delta layer, 0 for other cells. Nothing is checked
    ///   here; `ModelConfiguration` checks its layers.
    public init(cell: CellKind, hiddenSize: Int, headCount: Int = 1, feedForwardSize: Int? = nil) {
        self.cell = cell
        self.hiddenSize = hiddenSize
        self.headCount = headCount
        // A size beyond all bounds is for `validate` to refuse.
        self.feedForwardSize = feedForwardSize ?? (cell.isResidual ? 2 &* hiddenSize : 0)
    }
}

/// The shape of a pointer head (`PointerHeadStep`).
public struct PointerHeadConfiguration: Codable, Sendable, Equatable {
    /// Length of its keys.
    public var keySize: Int
    /// Symbols that it looks back on, itself included.
    public var reach: Int

    /// The rows beside W_q that read what it reads: g, f, r, b and e.
    package static let readers = ["gate", "follow", "recency", "match", "told"]
    /// Weights of runs of symbols (`RunWeights`).
    package static let runBuckets = 1024

    /// Nothing is checked here; `ModelConfiguration` checks its parts.
    public init(keySize: Int, reach: Int) {
        self.keySize = keySize
        self.reach = reach
    }
}

/// The shape of a whole model: embedding, a stack of recurrent layers, a linear decoder, and a copy head and a
/// pointer head beside it or not.
public struct ModelConfiguration: Codable, Sendable, Equatable {
    /// Symbols in the alphabet: the number of logits.
    public var symbolCount: Int
    /// Width of the embedding.
    public var embeddingSize: Int
    /// From the one that reads the embedding to the one that the decoder reads.
    public var layers: [LayerConfiguration]
    /// Length of the copy head's keys (`CopyHead`); nil for a model without one.
    public var copyHeadSize: Int?
    /// Nil for a model without a pointer head.
    public var pointerHead: PointerHeadConfiguration?

    /// Checks the shape.
    /// - Throws: `ModelError.configuration` with what cannot be.
    public init(
        symbolCount: Int, embeddingSize: Int, layers: [LayerConfiguration],
        copyHeadSize: Int? = nil, pointerHead: PointerHeadConfiguration? = nil
    ) throws {
        self.symbolCount = symbolCount
        self.embeddingSize = embeddingSize
        self.layers = layers
        self.copyHeadSize = copyHeadSize
        self.pointerHead = pointerHead
        try validate()
    }

    /// Largest width or count accepted; a bound that keeps hostile files from asking for terabytes.
    static let largestSize = 1 << 16
    /// Most floats in a copy head's memory or a pointer head's keys, likewise.
    static let largestHeadMemory = 1 << 24

    package func validate() throws {
        func check(_ value: Int, _ name: String) throws {
            guard (1...Self.largestSize).contains(value) else {
                throw ModelError.configuration(
                    "\(name) is \(value); it must be between 1 and \(Self.largestSize)")
            }
        }
        try check(symbolCount, "the number of symbols")
        try check(embeddingSize, "the embedding size")
        guard !layers.isEmpty, layers.count <= 64 else {
            throw ModelError.configuration("a model needs 1 to 64 layers, not \(layers.count)")
        }
        var width = embeddingSize
        for (index, layer) in layers.enumerated() {
            try check(layer.hiddenSize, "the hidden size of layer \(index)")
            if layer.cell.isResidual {
                try check(layer.headCount, "the number of heads of layer \(index)")
                try check(layer.feedForwardSize, "the feed-forward size of layer \(index)")
                guard layer.hiddenSize % layer.headCount == 0 else {
                    throw ModelError.configuration(
                        "hidden size \(layer.hiddenSize) is not divisible by \(layer.headCount) heads"
                    )
                }
                guard layer.hiddenSize == width else {
                    throw ModelError.configuration(
                        "\(layer.cell.rawValue) layer \(index) has width \(layer.hiddenSize), its input \(width); they must be equal"
                    )
                }
            }
            width = layer.hiddenSize
        }
        if let copyHeadSize {
            let largest = Self.largestHeadMemory / symbolCount
            guard (1...largest).contains(copyHeadSize) else {
                throw ModelError.configuration(
                    "the copy head's size is \(copyHeadSize); it must be between 1 and \(largest)")
            }
        }
        if let pointerHead {
            try check(pointerHead.keySize, "the size of the pointer head's keys")
            try check(pointerHead.reach, "the pointer head's reach")
            guard pointerHead.keySize * pointerHead.reach <= Self.largestHeadMemory else {
                throw ModelError.configuration(
                    "a pointer head of \(pointerHead.reach) keys of \(pointerHead.keySize) is too large"
                )
            }
        }
        var total = 0
        for tensor in tensors {
            total += tensor.elementCount
            guard total <= 1 << 28 else {
                throw ModelError.configuration("more than \(1 << 28) parameters")
            }
        }
    }

    /// Width that enters layer `index`.
    package func inputSize(ofLayer index: Int) -> Int {
        index == 0 ? embeddingSize : layers[index - 1].hiddenSize
    }

    /// Width that enters the decoder.
    package var outputSize: Int { layers[layers.count - 1].hiddenSize }

    /// A stack that ends in a delta layer is normalised before the decoder.
    package var normalizesOutput: Bool { layers[layers.count - 1].cell.isResidual }

    /// Multiplies the embedding: 10 when a delta layer reads it, so that small weights, which
    /// AdamW can move fast, still fill the residual stream. 1 otherwise (PyTorch's `nn.Embedding`).
    package var embeddingScale: Float { layers[0].cell.isResidual ? 10 : 1 }

    /// Every tensor in storage order, with PyTorch's names and shapes for LSTM and GRU, and the
    /// reference layer's (flash-linear-attention, `layers/gated_deltanet.py`) for gated delta.
    ///
    /// The four projections q, k, v, g of a gated delta layer lie side by side, and so do a and b, so
    /// that training can use each group as one matrix. Kimi delta attention's names are likewise those of
    /// `layers/kda.py`, where f_proj makes the decays; the residual convolutions are this package's own.
    package var tensors: [TensorDescription] {
        var result: [TensorDescription] = []
        func add(_ name: String, _ shape: Int...) {
            result.append(TensorDescription(name: name, shape: shape))
        }
        add("embedding.weight", symbolCount, embeddingSize)
        for (i, layer) in layers.enumerated() {
            let h = layer.hiddenSize
            let x = inputSize(ofLayer: i)
            switch layer.cell {
            case .lstm, .gru:
                let gates = layer.cell == .lstm ? 4 : 3
                add("rnn.weight_ih_l\(i)", gates * h, x)
                add("rnn.weight_hh_l\(i)", gates * h, h)
                add("rnn.bias_ih_l\(i)", gates * h)
                add("rnn.bias_hh_l\(i)", gates * h)
            case .kimiDelta:
                let rank = LayerConfiguration.decayRank
                add("layers.\(i).attn.canon_conv1d.weight", h, 1, 4)
                for p in ["q", "k", "v", "g"] { add("layers.\(i).attn.\(p)_proj.weight", h, h) }
                add("layers.\(i).attn.f_proj.0.weight", rank, h)
                add("layers.\(i).attn.b_proj.weight", layer.headCount, h)
                for p in ["q", "k", "v"] { add("layers.\(i).attn.\(p)_conv1d.weight", h, 1, 4) }
                add("layers.\(i).attn.f_proj.1.weight", h, rank)
                add("layers.\(i).attn.dt_bias", h)
                add("layers.\(i).attn.o_proj.weight", h, h)
                add("layers.\(i).mlp.canon_conv1d.weight", h, 1, 4)
                add("layers.\(i).mlp.up_proj.weight", layer.feedForwardSize, h)
                add("layers.\(i).mlp.down_proj.weight", h, layer.feedForwardSize)
            case .gatedDelta:
                for p in ["q", "k", "v", "g"] { add("layers.\(i).attn.\(p)_proj.weight", h, h) }
                for p in ["a", "b"] { add("layers.\(i).attn.\(p)_proj.weight", layer.headCount, h) }
                for p in ["q", "k", "v"] { add("layers.\(i).attn.\(p)_conv1d.weight", h, 1, 4) }
                add("layers.\(i).attn.A_log", layer.headCount)
                add("layers.\(i).attn.dt_bias", layer.headCount)
                add("layers.\(i).attn.o_proj.weight", h, h)
                add("layers.\(i).mlp.up_proj.weight", layer.feedForwardSize, h)
                add("layers.\(i).mlp.down_proj.weight", h, layer.feedForwardSize)
            }
        }
        add("decoder.weight", symbolCount, outputSize)
        add("decoder.bias", symbolCount)
        if let copyHeadSize {
            // What reads z lies side by side.
            add("copy_head.k_proj.weight", copyHeadSize, outputSize)
            add("copy_head.q_proj.weight", copyHeadSize, outputSize)
            for part in ["write", "gate"] { add("copy_head.\(part).weight", 1, outputSize) }
            for part in ["write", "gate"] { add("copy_head.\(part).bias", 1) }
            add("copy_head.scale", 1)
        }
        if let size = pointerHead?.keySize {
            // They read z and its trace.
            add("pointer_head.k_proj.weight", size, 2 * outputSize)
            add("pointer_head.q_proj.weight", size, 2 * outputSize)
            let parts = PointerHeadConfiguration.readers
            for part in parts { add("pointer_head.\(part).weight", 1, 2 * outputSize) }
            for part in parts { add("pointer_head.\(part).bias", 1) }
            add("pointer_head.scale", 1)
            add("pointer_head.sharpness", 1)
            add("pointer_head.told_logits", symbolCount)
            add(RunWeights.tensor, PointerHeadConfiguration.runBuckets)
        }
        return result
    }

    /// Number of values.
    public var parameterCount: Int { tensors.reduce(0) { $0 + $1.elementCount } }
}

/// The name and shape of one parameter tensor, row-major.
package struct TensorDescription: Sendable, Equatable, Codable {
    package var name: String
    package var shape: [Int]
    package var elementCount: Int { shape.reduce(1, *) }
}

/// What can be wrong with a model's shape or values.
public enum ModelError: DescribedError, Sendable, Equatable {
    /// A shape that cannot be; in words, with the values.
    case configuration(String)
    /// Values that do not fit the shape, or are no finite numbers.
    case parameters(String)
    /// An alphabet that is not the network's.
    case alphabet(symbols: Int, expected: Int)

    public var description: String {
        switch self {
        case .configuration(let what): "this model shape cannot be: \(what)"
        case .alphabet(let symbols, let expected):
            "an alphabet of \(symbols) symbols cannot be that of a network for \(expected)"
        case .parameters(let what): "the model's values cannot be used: \(what)"
        }
    }
}
