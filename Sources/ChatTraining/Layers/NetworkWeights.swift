import ChatCore

/// A model's values as the training rooms use them: one flat block with views of every tensor, and
/// what all workers share, prepared once a step.
package final class NetworkWeights: @unchecked Sendable {
    package let configuration: ModelConfiguration
    package let layout: ParameterLayout
    /// The parameters themselves, [layout.count].
    package let values: FloatBuffer
    let embedding: Matrix
    let layers: [LayerWeights]
    let decoder: Matrix
    let decoderBias: Vector
    let copyHead: CopyHeadWeights?
    let pointerHead: PointerHeadWeights?
    private let workspace = Workspace()
    /// Of the products that use these weights.
    package let precision: ProductPrecision
    /// The loops that everything made of these weights runs on.
    package let kernels: Kernels
    private let shadows: [HalfShadow]

    enum LayerWeights {
        case gates(CellKind, GateWeights)
        case gatedDelta(GatedDeltaWeights)
        case kimiDelta(KimiDeltaWeights)
    }

    package init(
        _ model: LanguageModel, precision: ProductPrecision = .float32, kernels: Kernels = .best
    ) {
        self.precision = precision
        self.kernels = kernels
        configuration = model.configuration
        layout = model.parameters.layout
        values = FloatBuffer(count: layout.count)
        values.load(model.parameters.values)
        let tensors = TensorViews(values.base, layout: layout)
        embedding = tensors.matrix("embedding.weight")
        decoder = tensors.matrix("decoder.weight")
        decoderBias = tensors.vector("decoder.bias")
        copyHead = configuration.copyHeadSize == nil ? nil : CopyHeadWeights(tensors)
        pointerHead = configuration.pointerHead == nil ? nil : PointerHeadWeights(tensors)
        var layers: [LayerWeights] = []
        for (index, layer) in configuration.layers.enumerated() {
            switch layer.cell {
            case .lstm, .gru:
                layers.append(
                    .gates(layer.cell, GateWeights(tensors, layer: index, in: workspace)))
            case .gatedDelta:
                layers.append(
                    .gatedDelta(
                        GatedDeltaWeights(
                            tensors, layer: index, headCount: layer.headCount, in: workspace)))
            case .kimiDelta:
                layers.append(
                    .kimiDelta(
                        KimiDeltaWeights(
                            tensors, layer: index, headCount: layer.headCount, in: workspace)))
            }
        }
        self.layers = layers
        var shadows: [HalfShadow] = []
        if precision == .bfloat16 {
            shadows.append(HalfShadow(of: values.base, count: values.count, kernels: kernels))
            for case .gates(_, let weights) in layers {
                let transposed = weights.fromHiddenTransposed
                shadows.append(
                    HalfShadow(of: transposed.base, count: transposed.count, kernels: kernels))
            }
        }
        self.shadows = shadows
        prepare()
    }

    /// Call when `values` has changed.
    package func prepare() {
        for layer in layers {
            switch layer {
            case .gates(_, let weights): weights.prepare()
            case .gatedDelta(let weights): weights.prepare()
            case .kimiDelta(let weights): weights.prepare()
            }
        }
        for shadow in shadows { shadow.refresh() }
    }

    /// One worker's products, which know the weights' rounded twins.
    func makeProduct() -> MatrixProduct {
        MatrixProduct(precision, shadows: shadows, kernels: kernels)
    }

    /// The model as a value.
    package var model: LanguageModel {
        var parameters = Parameters(layout: layout)
        parameters.values = values.array
        return LanguageModel(configuration: configuration, parameters: parameters)
    }
}
