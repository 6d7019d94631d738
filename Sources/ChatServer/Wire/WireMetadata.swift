/// Up to 16 pairs of texts that a client attaches to an object, with OpenAI's limits.
struct WireMetadata: Decodable, Sendable {
    static let mostPairs = 16
    /// Characters (Unicode scalars) of a key, and of a value.
    static let longestKey = 64
    static let longestValue = 512

    let pairs: [String: String]

    init(from decoder: any Decoder) throws {
        pairs = try decoder.singleValueContainer().decode([String: String].self)
        guard pairs.count <= Self.mostPairs else {
            throw Self.refusal("it may have at most \(Self.mostPairs) pairs")
        }
        for (key, value) in pairs {
            guard key.unicodeScalars.count <= Self.longestKey else {
                throw Self.refusal("a key may have at most \(Self.longestKey) characters")
            }
            guard value.unicodeScalars.count <= Self.longestValue else {
                throw Self.refusal("a value may have at most \(Self.longestValue) characters")
            }
        }
    }

    private static func refusal(_ message: String) -> RequestError {
        .invalid(message, parameter: "metadata")
    }
}
