/// How much it says that two lines share a run of three symbols: inverse document frequency over a corpus (Spärck
/// Jones, "A statistical interpretation of term specificity and its application in retrieval", 1972), by hashed
/// buckets. A model with a pointer head has them among its parameters; they are counted before it is trained, not
/// learned.
package enum RunWeights {
    /// The tensor that holds them, [runBuckets].
    package static let tensor = "pointer_head.run_weights"

    /// The bucket of a run, from its first symbol to its last, 0..<runBuckets; they may be any finite numbers.
    package static func bucket(_ first: Float, _ second: Float, _ third: Float) -> Int {
        var hash: UInt32 = 0
        for value in [first, second, third] {
            hash = (hash &+ UInt32(min(max(value, 0), 65_535))) &* 2_654_435_761
        }
        return Int(hash >> 22)
    }
}
