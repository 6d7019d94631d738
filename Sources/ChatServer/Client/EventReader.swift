import Foundation

/// Finds the data of a stream's events in bytes that come in pieces. A charchat server writes each event's data
/// in one line.
struct EventReader {
    /// Longest line in bytes; what is longer comes from something else.
    static let longestLine = 8 << 20

    private var line: [UInt8] = []

    /// - Returns: the data of the events that are whole now.
    /// - Throws: `TooLong`.
    mutating func feed(_ bytes: [UInt8]) throws -> [Data] {
        var found: [Data] = []
        for byte in bytes {
            if byte != UInt8(ascii: "\n") {
                guard line.count < Self.longestLine else { throw TooLong() }
                line.append(byte)
                continue
            }
            if line.starts(with: "data: ".utf8) { found.append(Data(line.dropFirst(6))) }
            line.removeAll(keepingCapacity: true)
        }
        return found
    }

    struct TooLong: Error {}
}
