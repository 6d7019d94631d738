import Foundation

/// The checked header of a safetensors file.
struct SafetensorsHeader {
    let metadata: [String: String]
    /// In the order of their bytes.
    let tensors: [SafetensorsFile.Tensor]
    /// Bytes before the data.
    let end: Int

    init(_ bytes: Data, path: String) throws {
        func wrong(_ what: String) -> StorageError { .safetensors(path: path, what: what) }
        guard bytes.count >= 8 else { throw wrong("it has only \(bytes.count) bytes") }
        var length: UInt64 = 0
        for (i, byte) in bytes.prefix(8).enumerated() { length |= UInt64(byte) << (8 * UInt64(i)) }
        guard length <= UInt64(SafetensorsFile.longestHeader) else {
            throw wrong(
                "its header claims \(length) bytes, the most is \(SafetensorsFile.longestHeader)")
        }
        guard length <= UInt64(bytes.count - 8) else {
            throw wrong(
                "its header claims \(length) bytes and \(bytes.count - 8) follow; it is cut short")
        }
        end = 8 + Int(length)
        let text = bytes.dropFirst(8).prefix(Int(length))
        guard text.first == UInt8(ascii: "{"),
            let object = try? JSONSerialization.jsonObject(with: Data(text)) as? [String: Any]
        else { throw wrong("its header is not a JSON object") }
        guard Self.keyCount(text) == object.count else {
            throw wrong("its header names a tensor twice")
        }
        metadata = try Self.metadata(object["__metadata__"], wrong)
        tensors = try object.filter { $0.key != "__metadata__" }
            .map { try Self.tensor($0.key, $0.value, wrong) }
            .sorted {
                ($0.range.lowerBound, $0.range.upperBound, $0.name)
                    < ($1.range.lowerBound, $1.range.upperBound, $1.name)
            }
        try Self.checkCover(tensors, dataCount: bytes.count - end, wrong)
    }

    private static func metadata(
        _ value: Any?, _ wrong: (String) -> StorageError
    ) throws -> [String: String] {
        guard let value else { return [:] }
        guard let strings = value as? [String: String] else {
            throw wrong("its __metadata__ holds something other than strings")
        }
        return strings
    }

    private static func tensor(
        _ name: String, _ value: Any, _ wrong: (String) -> StorageError
    ) throws -> SafetensorsFile.Tensor {
        guard let entry = value as? [String: Any] else {
            throw wrong("the entry of tensor \(quoted(name)) is not an object")
        }
        guard let typeName = entry["dtype"] as? String,
            let type = SafetensorsFile.ElementType(rawValue: typeName)
        else { throw wrong("tensor \(quoted(name)) has no dtype that charchat reads") }
        guard let shape = wholeNumbers(entry["shape"]), shape.count <= 8 else {
            throw wrong("the shape of tensor \(quoted(name)) is not a list of whole numbers")
        }
        guard let offsets = wholeNumbers(entry["data_offsets"]), offsets.count == 2,
            offsets[0] <= offsets[1]
        else { throw wrong("the data_offsets of tensor \(quoted(name)) are not a range") }
        var size = type.size
        for dimension in shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
            guard !overflow else { throw wrong("the shape of tensor \(quoted(name)) is too large") }
            size = product
        }
        guard size == offsets[1] - offsets[0] else {
            throw wrong(
                "tensor \(quoted(name)) needs \(size) bytes and has \(offsets[1] - offsets[0])")
        }
        return .init(name: name, type: type, shape: shape, range: offsets[0]..<offsets[1])
    }

    private static func wholeNumbers(_ value: Any?) -> [Int]? {
        guard let numbers = value as? [NSNumber] else { return nil }
        var result: [Int] = []
        for number in numbers {
            // Written as a whole number, within Int, and not `true` (0 and 1 are `Bool`s to a cast,
            // so the type encoding is asked) or 1.5.
            let isBool = String(cString: number.objCType) == "c"
            guard let value = Int(number.stringValue), value >= 0, !isBool else { return nil }
            result.append(value)
        }
        return result
    }

    private static func checkCover(
        _ tensors: [SafetensorsFile.Tensor], dataCount: Int, _ wrong: (String) -> StorageError
    ) throws {
        var place = 0
        for tensor in tensors {
            guard tensor.range.upperBound <= dataCount else {
                throw wrong(
                    "tensor \(quoted(tensor.name)) ends at byte \(tensor.range.upperBound) of \(dataCount); it is cut short"
                )
            }
            guard tensor.range.lowerBound == place else {
                throw wrong(
                    "tensor \(quoted(tensor.name)) \(tensor.range.lowerBound < place ? "overlaps the one before it" : "follows a gap")"
                )
            }
            place = tensor.range.upperBound
        }
        guard place == dataCount else {
            throw wrong("\(dataCount - place) bytes follow the last tensor")
        }
    }

    /// How many keys the outermost object of sound JSON has, one that is there twice counted twice:
    /// Foundation's parsers keep one of them and say nothing.
    private static func keyCount(_ text: Data) -> Int {
        var depth = 0
        var count = 0
        var inString = false
        var escaped = false
        for byte in text {
            if inString {
                if escaped {
                    escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    escaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): inString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ":") where depth == 1: count += 1
            default: break
            }
        }
        return count
    }
}
