import ChatCore

/// A change made to a copy of a state, to see what a part of it is for. No session ever has it.
struct StateSurgery: Sendable {
    /// Heads whose memory is emptied; a layer without heads, the copy head and the pointer head count as
    /// one each. What a layer's convolutions look back on is left as it is.
    let silenced: [StateObject.Head]

    /// - Throws: `RequestError` for a head that the model does not have.
    func applied(
        to state: RecurrentState, _ configuration: ModelConfiguration
    ) throws -> RecurrentState {
        let layers = StateObject.layers(of: configuration)
        var state = state
        for head in silenced {
            guard layers.indices.contains(head.layer),
                (0..<layers[head.layer].heads).contains(head.head)
            else {
                throw RequestError.invalid(
                    "the model has no such head; the state tells which there are",
                    parameter: "silence")
            }
            for index in layers[head.layer].range(ofHead: head.head) { state.values[index] = 0 }
        }
        return state
    }
}

extension StateObject {
    /// The parts that a state has, layer after layer, then the copy head's and the pointer head's.
    static func layers(of configuration: ModelConfiguration) -> [Layer] {
        var layers = configuration.layerStates.enumerated().map { index, range -> Layer in
            let layer = configuration.layers[index]
            let heads = configuration.headCount(ofLayer: index)
            let first = configuration.memory(ofLayer: index + 1, head: 1) ?? range
            return Layer(
                name: "\(index + 1) \(layer.cell.rawValue)", start: range.lowerBound,
                count: range.count, width: layer.hiddenSize / heads, heads: heads,
                head_start: first.lowerBound)
        }
        func add(_ name: String, _ range: Range<Int>?, width: Int?) {
            guard let range, let width else { return }
            layers.append(
                Layer(
                    name: name, start: range.lowerBound, count: range.count, width: width,
                    heads: 1, head_start: range.lowerBound))
        }
        add("copy", configuration.copyHeadState, width: configuration.symbolCount)
        add("pointer", configuration.pointerHeadState, width: configuration.pointerHead?.reach)
        return layers
    }
}

extension StateObject.Layer {
    /// Where in the state a head's numbers stand.
    func range(ofHead head: Int) -> Range<Int> {
        let size = (start + count - head_start) / heads
        return head_start + head * size..<head_start + (head + 1) * size
    }
}
