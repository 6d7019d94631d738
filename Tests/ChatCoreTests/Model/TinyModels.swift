import ChatCore

/// Small models of every kind that the suites share.
enum TinyModels {
    private static let plainStacks: [(name: String, layers: [LayerConfiguration])] = [
        ("lstm", [LayerConfiguration(cell: .lstm, hiddenSize: 7)]),
        (
            "lstm of two",
            [
                LayerConfiguration(cell: .lstm, hiddenSize: 6),
                LayerConfiguration(cell: .lstm, hiddenSize: 6),
            ]
        ),
        ("gru", [LayerConfiguration(cell: .gru, hiddenSize: 7)]),
        (
            "gru of two",
            [
                LayerConfiguration(cell: .gru, hiddenSize: 5),
                LayerConfiguration(cell: .gru, hiddenSize: 5),
            ]
        ),
        ("gated delta", [LayerConfiguration(cell: .gatedDelta, hiddenSize: 16, headCount: 2)]),
        (
            "gated delta of two",
            [
                LayerConfiguration(cell: .gatedDelta, hiddenSize: 16, headCount: 1),
                LayerConfiguration(cell: .gatedDelta, hiddenSize: 16, headCount: 2),
            ]
        ),
        ("kimi delta", [LayerConfiguration(cell: .kimiDelta, hiddenSize: 16, headCount: 2)]),
        (
            "kimi delta of two",
            [
                LayerConfiguration(cell: .kimiDelta, hiddenSize: 16, headCount: 1),
                LayerConfiguration(cell: .kimiDelta, hiddenSize: 16, headCount: 2),
            ]
        ),
        (
            "both deltas",
            [
                LayerConfiguration(cell: .gatedDelta, hiddenSize: 16, headCount: 2),
                LayerConfiguration(cell: .kimiDelta, hiddenSize: 16, headCount: 2),
                LayerConfiguration(cell: .gatedDelta, hiddenSize: 16, headCount: 1),
            ]
        ),
        (
            "mixed",
            [
                LayerConfiguration(cell: .lstm, hiddenSize: 16),
                LayerConfiguration(cell: .gatedDelta, hiddenSize: 16, headCount: 2),
                LayerConfiguration(cell: .gru, hiddenSize: 5),
            ]
        ),
    ]

    static let stacks =
        plainStacks.map {
            (
                name: $0.name, layers: $0.layers, copyHead: Int?.none,
                pointerHead: PointerHeadConfiguration?.none
            )
        }
        + plainStacks.filter { !$0.name.hasSuffix("of two") }.map {
            ($0.name + " with a copy head", $0.layers, 5, nil)
        }
        + plainStacks.filter { ["gru", "kimi delta"].contains($0.name) }.flatMap {
            [
                // Within reach of a window, and not.
                ($0.name + " with a pointer head", $0.layers, nil, .init(keySize: 5, reach: 64)),
                ($0.name + " with both heads", $0.layers, 5, .init(keySize: 5, reach: 6)),
            ]
        }

    static var names: [String] { stacks.map(\.name) }

    /// A model with every value random, output projections included, so that nothing hides behind a
    /// zero.
    static func model(_ name: String, symbolCount: Int = 11, seed: UInt64 = 3) throws
        -> LanguageModel
    {
        let stack = stacks.first { $0.name == name }
        let layers = stack?.layers ?? []
        let configuration = try ModelConfiguration(
            symbolCount: symbolCount,
            embeddingSize: layers.first?.cell.isResidual == true ? 16 : 6, layers: layers,
            copyHeadSize: stack?.copyHead, pointerHead: stack?.pointerHead)
        var model = LanguageModel(configuration, seed: seed)
        var random = RandomStream(seed: seed)
        for tensor in model.parameters.layout.tensors
        where tensor.name.contains("o_proj") || tensor.name.contains("down_proj")
            || tensor.name.contains("canon") || tensor.name.contains("told_logits")
        {
            let range = model.parameters.layout.range(of: tensor.name) ?? 0..<0
            for i in range { model.parameters.values[i] = Float(random.uniform() - 0.5) }
        }
        // Decays fast enough to be felt within a few steps.
        for tensor in model.parameters.layout.tensors {
            let range = model.parameters.layout.range(of: tensor.name) ?? 0..<0
            if tensor.name.hasSuffix("A_log") {
                for i in range { model.parameters.values[i] = Float(random.uniform() * 2 + 0.5) }
            } else if tensor.name.hasSuffix("dt_bias") {
                // One a head, or one a channel: these from slow to fast.
                let span = range.count >= 16 ? 6.0 : 2
                for i in range { model.parameters.values[i] = Float(random.uniform() * span - 5) }
            }
        }
        return model
    }
}
