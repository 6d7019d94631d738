/// Chooses the next symbol from logits, the same on every machine.
///
/// Goals, in order: exact (a reply must come out again bit for bit, so the odds become whole numbers
/// before anything is summed or compared), plain, fast. Nothing here depends on a sort's stability, on
/// libm or on the order of a set.
public enum Sampler {
    /// 2³²: the weight of the likeliest symbol. The weights of 65,536 symbols still sum below 2⁴⁹.
    static let unit: Double = 4_294_967_296

    /// One symbol.
    ///
    /// Weight of symbol i: ⌊2³² · exp((logit_i − max) / temperature)⌋. Top-p (Holtzman et al. 2020)
    /// keeps the heaviest symbols, ties by lower number, until their weights reach top-p of the total.
    /// One whole number below the sum of the kept weights then picks one.
    /// - Parameters:
    ///   - logits: [symbolCount], not empty. A logit that is not a number is never chosen.
    ///   - masked: symbols that must not be chosen; at least one symbol is left over.
    ///   - random: advanced by one draw, or not at all when greedy.
    public static func choose(
        logits: [Float], settings: SamplingSettings, random: inout RandomStream,
        masked: (Symbol) -> Bool = { _ in false }
    ) -> Symbol {
        precondition(!logits.isEmpty && logits.count <= 1 << 16, "logits of 1 to 65,536 symbols")
        let best = likeliest(logits, masked: masked)
        guard settings.temperature > 0 else { return best }
        let (symbols, weights) = candidates(
            logits, best: logits[Int(best)], settings: settings, masked: masked)
        let total = weights.reduce(0, +)
        guard total > 0 else { return best }
        var draw = random.below(total)
        for (symbol, weight) in zip(symbols, weights) {
            if draw < weight { return symbol }
            draw -= weight
        }
        return best
    }

    /// The likeliest unmasked symbol, ties by lower number.
    public static func likeliest(
        _ logits: [Float], masked: (Symbol) -> Bool = { _ in false }
    ) -> Symbol {
        var best: Int?
        for (i, logit) in logits.enumerated() {
            // Only what would win is asked about.
            guard best.map({ logit > logits[$0] }) ?? !logit.isNaN, !masked(Symbol(i)) else {
                continue
            }
            best = i
        }
        if let best { return Symbol(best) }
        // Every logit is NaN: the first unmasked symbol keeps the program going.
        return Symbol(logits.indices.first { !masked(Symbol($0)) } ?? 0)
    }

    /// The symbols that may be drawn, with their whole-number weights.
    private static func candidates(
        _ logits: [Float], best: Float, settings: SamplingSettings, masked: (Symbol) -> Bool
    ) -> (symbols: [Symbol], weights: [UInt64]) {
        var kept: [(symbol: Symbol, weight: UInt64)] = []
        kept.reserveCapacity(logits.count)
        var total: UInt64 = 0
        for i in logits.indices {
            let weight = weight(of: logits[i], best: best, temperature: settings.temperature)
            guard weight > 0, !masked(Symbol(i)) else { continue }
            kept.append((Symbol(i), weight))
            total += weight
        }
        if settings.topP < 1 {
            kept.sort { $0.weight != $1.weight ? $0.weight > $1.weight : $0.symbol < $1.symbol }
            let wanted = UInt64((Double(total) * settings.topP).rounded(.up))
            var sum: UInt64 = 0
            let count = kept.firstIndex { candidate in
                sum += candidate.weight
                return sum >= wanted
            }
            kept.removeSubrange(Swift.min((count ?? kept.count - 1) + 1, kept.count)...)
        }
        return (kept.map(\.symbol), kept.map(\.weight))
    }

    /// ⌊2³² · exp((logit − best) / temperature)⌋, in IEEE operations only.
    static func weight(of logit: Float, best: Float, temperature: Double) -> UInt64 {
        let x = (Double(logit) - Double(best)) / temperature
        guard x > -30 else { return logit == best ? UInt64(unit) : 0 }
        guard x < 0 else { return UInt64(unit) }
        return UInt64(Double(ExactMath.exp(Float(x))) * unit)
    }
}
