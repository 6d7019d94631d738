import ChatCore
import Testing

@Suite struct StateLayoutTests {
    @Test("a layer's parts lie side by side and fill it", arguments: CellKind.allCases)
    func layerParts(_ cell: CellKind) {
        let layout = LayerStateLayout(
            LayerConfiguration(cell: cell, hiddenSize: 12, headCount: cell.isResidual ? 3 : 1))
        let parts = [
            layout.hidden, layout.cell, layout.convolution, layout.mixer, layout.innerMixer,
            layout.matrices,
        ]
        let sizes: [Int] =
            switch cell {
            case .lstm: [12, 12, 0, 0, 0, 0]
            case .gru: [12, 0, 0, 0, 0, 0]
            case .gatedDelta: [0, 0, 3 * 36, 0, 0, 3 * 4 * 4]
            case .kimiDelta: [0, 0, 3 * 36, 3 * 12, 3 * 12, 3 * 4 * 4]
            }
        #expect(parts.map(\.count) == sizes)
        var end = 0
        for part in parts {
            #expect(part.lowerBound == end)
            end = part.upperBound
        }
        #expect(layout.count == end)
    }

    @Test("the layers' states and the heads' fill a state", arguments: TinyModels.names)
    func wholeState(_ name: String) throws {
        let configuration = try TinyModels.model(name).configuration
        var end = 0
        for (index, range) in configuration.layerStates.enumerated() {
            #expect(range.lowerBound == end)
            #expect(range.count == configuration.stateSize(ofLayer: index))
            end = range.upperBound
        }
        if let head = configuration.copyHeadState, let keySize = configuration.copyHeadSize {
            #expect(head.lowerBound == end)
            #expect(
                head.count == keySize * configuration.symbolCount
                    + (configuration.layers.last?.hiddenSize ?? 0))
            end = head.upperBound
        }
        if let head = configuration.pointerHeadState, let shape = configuration.pointerHead {
            #expect(head.lowerBound == end)
            let width = configuration.layers.last?.hiddenSize ?? 0
            #expect(head.count == (shape.keySize + 5) * shape.reach + 3 + width)
            end = head.upperBound
        }
        #expect(end == configuration.stateSize)
        #expect(RecurrentState(configuration).values.count == end)
    }

    @Test("a state of two layers and both heads, part by part")
    func partsOfASmallState() throws {
        let configuration = try ModelConfiguration(
            symbolCount: 5, embeddingSize: 4,
            layers: [
                LayerConfiguration(cell: .gru, hiddenSize: 3),
                LayerConfiguration(cell: .lstm, hiddenSize: 2),
            ], copyHeadSize: 6, pointerHead: PointerHeadConfiguration(keySize: 2, reach: 7))
        #expect(configuration.layerStates == [0..<3, 3..<7])
        #expect(configuration.copyHeadState == 7..<39)
        let head = try #require(configuration.copyHeadLayout)
        #expect(head.memory == 0..<30)
        #expect(head.before == 30..<32)
        #expect(configuration.pointerHeadState == 39..<93)
        let pointer = try #require(configuration.pointerHeadLayout)
        #expect(pointer.keys == 0..<14)
        #expect(pointer.symbols == 14..<21)
        #expect(pointer.weights == 21..<28)
        #expect(pointer.next == 28 && pointer.filled == 29)
        #expect(pointer.bestMatch == 30 && pointer.matches == 31..<38)
        #expect(pointer.runLengths == 38..<45 && pointer.votes == 45..<52)
        #expect(pointer.trace == 52..<54 && pointer.count == 54)
    }
}
