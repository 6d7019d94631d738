import Foundation

/// Looks for keys that occur twice in an object. Their meaning is undefined: one reader takes the first
/// value, another the last.
package enum JSONKeys {
    /// A key that an object of `json` has twice, whatever its depth and however it is spelled; nil when
    /// there is none.
    /// - Parameter json: sound JSON. In one pass, without recursion.
    package static func duplicate(in json: some Collection<UInt8>) -> String? {
        // For each open object the keys so far; nil for an array.
        var open: [Set<String>?] = []
        // Whether the next string is a key.
        var expectsKey = false
        var place = json.startIndex
        while place < json.endIndex {
            switch json[place] {
            case UInt8(ascii: "{"):
                open.append([])
                expectsKey = true
            case UInt8(ascii: "["):
                open.append(nil)
                expectsKey = false
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                _ = open.popLast()
                expectsKey = false
            case UInt8(ascii: ","): expectsKey = open.last.flatMap { $0 } != nil
            case UInt8(ascii: "\""):
                let start = json.index(after: place)
                let end = endOfString(json, from: start)
                if expectsKey {
                    let key = unescaped(json[start..<end])
                    if open[open.count - 1]?.insert(key).inserted == false { return key }
                    expectsKey = false
                }
                place = end
                if place == json.endIndex { return nil }
            default: break
            }
            place = json.index(after: place)
        }
        return nil
    }

    /// The place of the quotation mark that closes a string.
    private static func endOfString<Bytes: Collection<UInt8>>(
        _ json: Bytes, from start: Bytes.Index
    ) -> Bytes.Index {
        var place = start
        while place < json.endIndex, json[place] != UInt8(ascii: "\"") {
            if json[place] == UInt8(ascii: "\\") {
                place = json.index(after: place)
                if place == json.endIndex { return place }
            }
            place = json.index(after: place)
        }
        return place
    }

    private static func unescaped(_ key: some Collection<UInt8>) -> String {
        let plain = String(decoding: key, as: UTF8.self)
        guard key.contains(UInt8(ascii: "\\")) else { return plain }
        return (try? JSONDecoder().decode(String.self, from: Data("\"\(plain)\"".utf8))) ?? plain
    }
}
