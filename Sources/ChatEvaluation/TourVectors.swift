import ChatCore

/// What the symbols of a model look like to its first layer.
enum TourVectors {
    /// The embedding of a symbol, [embeddingSize].
    static func vector(of symbol: Symbol, in model: ChatModel) -> [Float] {
        let configuration = model.network.configuration
        guard let table = model.network.parameters["embedding.weight"] else { return [] }
        let width = configuration.embeddingSize
        return table.dropFirst(Int(symbol) * width).prefix(width)
            .map { $0 * configuration.embeddingScale }
    }

    /// The learned characters whose vectors have the smallest angle to that of a symbol.
    static func nearest(to symbol: Symbol, _ count: Int, in model: ChatModel) -> [Symbol] {
        let own = vector(of: symbol, in: model)
        let cosines = (Int(Alphabet.firstScalar)..<model.alphabet.count).compactMap {
            index -> (symbol: Symbol, cosine: Double)? in
            let other = Symbol(index)
            return other == symbol ? nil : (other, cosine(own, vector(of: other, in: model)))
        }
        return cosines.sorted {
            $0.cosine != $1.cosine ? $0.cosine > $1.cosine : $0.symbol < $1.symbol
        }.prefix(count).map(\.symbol)
    }

    private static func cosine(_ a: [Float], _ b: [Float]) -> Double {
        func product(_ a: [Float], _ b: [Float]) -> Double {
            zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        let sizes = (product(a, a) * product(b, b)).squareRoot()
        return sizes > 0 ? product(a, b) / sizes : 0
    }
}
