import Foundation

/// JSON as scripts read it.
package enum JSONText {
    /// One object on one line, its keys sorted.
    /// - Parameter snakeCase: names of several words are written `so_many`.
    package static func line(_ value: some Encodable, snakeCase: Bool = false) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if snakeCase { encoder.keyEncodingStrategy = .convertToSnakeCase }
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
