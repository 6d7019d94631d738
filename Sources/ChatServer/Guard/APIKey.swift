import ChatCore
import Foundation

/// The key that clients must send, compared in constant time.
struct APIKey: Sendable {
    private let digest: [UInt8]

    init(_ key: String) { digest = Array(SHA256.hash(data: Array(key.utf8))) }

    /// Whether a header `Bearer KEY` has it. The hashes are compared to their end, so the time tells nothing of
    /// where they differ.
    func isIn(_ authorization: String?) -> Bool {
        guard let authorization, authorization.lowercased().hasPrefix("bearer ") else {
            return false
        }
        let given = authorization.dropFirst(7).trimmingCharacters(in: .whitespaces)
        let hash = SHA256.hash(data: Array(given.utf8))
        return zip(hash, digest).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
