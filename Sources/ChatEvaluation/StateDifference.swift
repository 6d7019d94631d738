import ChatCore

/// How far two states of a model are apart: layer by layer, and in what would be said next.
package struct StateDifference: Sendable, Equatable {
    package struct Part: Sendable, Equatable {
        /// `layer 1`, or `copy head`.
        package fileprivate(set) var name: String
        /// Euclidean norms of both and of their difference.
        package let first, second, difference: Double
        /// Of the angle between them, -1 to 1; 0 where one of them is nothing.
        package let cosine: Double

        init(_ name: String, _ a: ArraySlice<Float>, _ b: ArraySlice<Float>) {
            func norm(_ values: some Sequence<Double>) -> Double {
                values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            }
            self.name = name
            first = norm(a.map(Double.init))
            second = norm(b.map(Double.init))
            difference = norm(zip(a, b).map { Double($0) - Double($1) })
            let product = zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            cosine = first > 0 && second > 0 ? product / (first * second) : 0
        }
    }

    package private(set) var parts: [Part]
    /// The KL divergence of the odds of the next turn's first character, in bits: what was said in
    /// between changes so much of what is expected.
    package let divergence: Double

    package init(_ a: RecurrentState, _ b: RecurrentState, generator: ReplyGenerator) {
        let configuration = generator.model.network.configuration
        var parts: [Part] = []
        func add(_ name: String, _ range: Range<Int>) {
            parts.append(Part(name, a.values[range], b.values[range]))
        }
        for (index, range) in configuration.layerStates.enumerated() {
            add("layer \(index + 1)", range)
        }
        if let range = configuration.copyHeadState { add("copy head", range) }
        if let range = configuration.pointerHeadState, let layout = configuration.pointerHeadLayout
        {
            // Symbols, places and counts have no length to compare.
            let compared = [layout.keys, layout.weights, layout.matches, layout.trace]
            let picked = [a, b].map { state in
                compared.flatMap {
                    state.values[range.lowerBound...].dropFirst($0.lowerBound).prefix($0.count)
                }
            }
            parts.append(Part("pointer head", picked[0][...], picked[1][...]))
        }
        self.parts = parts
        let odds = [a, b].map { state in
            var state = state
            var logits: [Float] = []
            for symbol in generator.opening("").prefix(1) {
                generator.engine.step(symbol, state: &state, logits: &logits)
            }
            return Surprisal.probabilities(logits)
        }
        divergence = Surprisal.divergence(odds[1], from: odds[0])
    }

    /// The same with its parts' names in another language.
    package func named(_ name: (String) -> String) -> StateDifference {
        var renamed = self
        for index in renamed.parts.indices {
            renamed.parts[index].name = name(renamed.parts[index].name)
        }
        return renamed
    }
}
