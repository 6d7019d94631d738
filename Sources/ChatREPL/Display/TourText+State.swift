import ChatCore
import ChatEvaluation

extension TourText {
    /// What the character changed in each part of the state.
    var state: [String] {
        var parts: [[String]] = []
        for (part, shape) in zip(tour.change.parts, StateShape.all(of: configuration)) {
            let sizes = [part.first, part.second, part.difference].map { ModelText.fixed($0, 2) }
            parts.append([
                "  \(style.name(Words.spoken.retold(part.name))), \(shape.words)",
                "    "
                    + phrase(
                        "%@ bytes; size %@ before, %@ after, changed by %@",
                        ModelText.grouped(shape.bytes), sizes[0], sizes[1], sizes[2]),
            ])
        }
        // The first layers and the last part stand for many.
        let most = 5
        if parts.count > most {
            let left = [
                "  " + phrase("and %@ parts more between these and the last", parts.count - most)
            ]
            parts.replaceSubrange((most - 1)..<(parts.count - 1), with: [left])
        }
        var lines = [
            phrase(
                "Each layer keeps numbers from one symbol to the next. Together they are the state, %@ bytes before %@ and after it. So much did it change each part (size: the length of its numbers as one vector):",
                stateBytes, followed),
            "",
        ]
        lines += parts.flatMap { $0 }
        return lines + ["", kept]
    }

    /// What is left of what was said.
    private var kept: String {
        guard let reach = configuration.pointerHead?.reach else {
            return phrase("This is all that is kept: neither the text nor a list of what was said.")
        }
        return phrase(
            "This is all that is kept: of the text only the last %@ symbols, which the pointer head looks back on.",
            ModelText.grouped(reach))
    }
}

/// What each part of a state is, in the order of `StateDifference.parts`.
private struct StateShape {
    let words: String
    let bytes: Int

    static func all(of configuration: ModelConfiguration) -> [StateShape] {
        let layers = zip(configuration.layers, configuration.layerStates).map { layer, range in
            StateShape(words: words(layer), bytes: 4 * range.count)
        }
        let copyHead = configuration.copyHeadSize.map { size in
            StateShape(
                words: phrase(
                    "%@ × %@ numbers and the vector before", size, configuration.symbolCount),
                bytes: 4 * configuration.copyHeadStateSize)
        }
        let pointerHead = configuration.pointerHead.map { head in
            StateShape(
                words: phrase(
                    "%@ keys of %@ numbers with their symbols, where the pointer stands, and which lines the last one speaks of",
                    ModelText.grouped(head.reach), head.keySize),
                bytes: 4 * configuration.pointerHeadStateSize)
        }
        return layers + [copyHead, pointerHead].compactMap(\.self)
    }

    private static func words(_ layer: LayerConfiguration) -> String {
        let size = layer.hiddenSize
        switch layer.cell {
        case .lstm: return phrase("LSTM: %@ numbers of its output and %@ of its cells", size, size)
        case .gru: return phrase("GRU: %@ numbers, its output", size)
        case .gatedDelta, .kimiDelta:
            let (heads, head) = (layer.headCount, size / layer.headCount)
            let name = layer.cell == .kimiDelta ? "Kimi delta" : "gated delta"
            let matrices = heads == 1 ? phrase("a matrix") : phrase("%@ matrices", heads)
            return phrase(
                "%@: %@ of %@ × %@ and the last three inputs of its convolutions", name, matrices,
                head, head)
        }
    }
}
