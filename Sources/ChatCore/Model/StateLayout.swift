/// Where the parts of one layer's state lie, counted from the layer's first float. This and
/// those of the heads beside the stack are the only places that know it; everything that reads or writes a part of a
/// `RecurrentState` asks them.
///
/// A part that the cell does not have is empty.
package struct LayerStateLayout: Sendable, Equatable {
    /// Rows that a convolution of width 4 looks back on.
    private static let convolutionRows = 3

    /// LSTM and GRU: the hidden state [hiddenSize].
    package let hidden: Range<Int>
    /// LSTM: the cell state [hiddenSize].
    package let cell: Range<Int>
    /// Delta layers: the last inputs of the convolution over queries, keys and values, oldest first,
    /// [3, 3 × hiddenSize].
    package let convolution: Range<Int>
    /// Kimi delta: those of the residual convolution before the attention, [3, hiddenSize].
    package let mixer: Range<Int>
    /// Kimi delta: those of the residual convolution before the feed-forward part, [3, hiddenSize].
    package let innerMixer: Range<Int>
    /// Delta layers: one matrix a head, [headCount, headSize (key), headSize (value)].
    package let matrices: Range<Int>

    package init(_ layer: LayerConfiguration) {
        let (cell, size) = (layer.cell, layer.hiddenSize)
        var end = 0
        func part(_ isThere: Bool, _ count: @autoclosure () -> Int) -> Range<Int> {
            let start = end
            if isThere { end += count() }
            return start..<end
        }
        let isDelta = cell.isResidual
        hidden = part(!isDelta, size)
        self.cell = part(cell == .lstm, size)
        convolution = part(isDelta, Self.convolutionRows * 3 * size)
        mixer = part(cell == .kimiDelta, Self.convolutionRows * size)
        innerMixer = part(cell == .kimiDelta, Self.convolutionRows * size)
        matrices = part(isDelta, size * (size / layer.headCount))
    }

    /// Floats that the layer keeps between time steps.
    package var count: Int { matrices.upperBound }
}

/// Where the parts of a copy head's state lie, counted from its first float.
package struct CopyHeadStateLayout: Sendable, Equatable {
    /// M [copyHeadSize, symbolCount].
    package let memory: Range<Int>
    /// The output vector before, z_(t−1) [width].
    package let before: Range<Int>

    package init(keySize: Int, symbolCount: Int, width: Int) {
        memory = 0..<keySize * symbolCount
        before = memory.upperBound..<memory.upperBound + width
    }

    /// Floats that the copy head keeps between time steps.
    package var count: Int { before.upperBound }
}

/// Where the parts of a pointer head's state lie, counted from its first float.
///
/// What it looks back on stands in a ring of `reach` slots, one a symbol; the key in the slot that comes next
/// is that of the symbol to come.
package struct PointerHeadStateLayout: Sendable, Equatable {
    /// The keys by slot, [keySize, reach].
    package let keys: Range<Int>
    /// The symbols by slot, [reach].
    package let symbols: Range<Int>
    /// Where the pointer stood, from the oldest to the newest that it looks back on, [reach].
    package let weights: Range<Int>
    /// The slot that comes next, 0..<reach.
    package let next: Int
    /// Slots that hold a symbol, 0...reach.
    package let filled: Int
    /// How much the line that each symbol stands in has in common with the last one, and the most of it;
    /// `LineMatch` says how. [reach], and a number.
    package let matches: Range<Int>
    package let bestMatch: Int
    /// What `LineMatch` keeps beside, [reach] each.
    package let runLengths: Range<Int>
    package let votes: Range<Int>
    /// The trace of the output vectors, [width].
    package let trace: Range<Int>

    package init(_ shape: PointerHeadConfiguration, width: Int) {
        keys = 0..<shape.keySize * shape.reach
        symbols = keys.upperBound..<keys.upperBound + shape.reach
        weights = symbols.upperBound..<symbols.upperBound + shape.reach
        next = weights.upperBound
        filled = next + 1
        bestMatch = filled + 1
        matches = bestMatch + 1..<bestMatch + 1 + shape.reach
        runLengths = matches.upperBound..<matches.upperBound + shape.reach
        votes = runLengths.upperBound..<runLengths.upperBound + shape.reach
        trace = votes.upperBound..<votes.upperBound + width
    }

    /// Floats that the pointer head keeps between time steps.
    package var count: Int { trace.upperBound }
}

extension ModelConfiguration {
    /// Floats that layer `index` keeps between time steps.
    package func stateSize(ofLayer index: Int) -> Int { LayerStateLayout(layers[index]).count }

    /// The parts of what the copy head keeps; nil where there is none.
    package var copyHeadLayout: CopyHeadStateLayout? {
        copyHeadSize.map {
            CopyHeadStateLayout(keySize: $0, symbolCount: symbolCount, width: outputSize)
        }
    }

    /// Where in a delta layer's state its matrices begin.
    package func matrixStart(ofLayer index: Int) -> Int {
        LayerStateLayout(layers[index]).matrices.lowerBound
    }

    /// Floats that the copy head keeps between time steps; 0 where there is none.
    package var copyHeadStateSize: Int { copyHeadLayout?.count ?? 0 }

    /// Floats in a `RecurrentState`.
    public var stateSize: Int {
        layers.reduce(copyHeadStateSize + pointerHeadStateSize) {
            $0 + LayerStateLayout($1).count
        }
    }

    /// Floats that the pointer head keeps between time steps; 0 where there is none.
    package var pointerHeadStateSize: Int {
        pointerHeadLayout?.count ?? 0
    }

    /// The parts of what the pointer head keeps; nil where there is none.
    package var pointerHeadLayout: PointerHeadStateLayout? {
        pointerHead.map { PointerHeadStateLayout($0, width: outputSize) }
    }

    /// What each layer keeps, as a range of a `RecurrentState`'s values, from the one that reads the
    /// embedding.
    package var layerStates: [Range<Int>] {
        var end = 0
        return layers.indices.map { index in
            let start = end
            end += stateSize(ofLayer: index)
            return start..<end
        }
    }

    /// What the copy head keeps, which comes after all layers'; nil where there is none.
    package var copyHeadState: Range<Int>? {
        let end = stateSize - pointerHeadStateSize
        return copyHeadLayout.map { end - $0.count..<end }
    }

    /// What the pointer head keeps, which comes last; nil where there is none.
    package var pointerHeadState: Range<Int>? {
        pointerHead.map { _ in stateSize - pointerHeadStateSize..<stateSize }
    }
}
