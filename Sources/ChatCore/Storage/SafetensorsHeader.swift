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
                "it is not a safetensors file: its header would have \(length) bytes, the most is \(SafetensorsFile.longestHeader)"
            )
        }
        guard length <= UInt64(bytes.count - 8) else {
            throw wrong(
                "its header claims \(length) bytes and \(bytes.count - 8) follow; it is cut short")
        }
        end = 8 + Int(length)
        let text = bytes.dropFirst(8).prefix(Int(length))
        guard text.first == UInt8(ascii: "{") else {
            throw wrong("its header is not a JSON object")
        }
        let entries: Entries
        do {
            entries = try JSONDecoder().decode(Entries.self, from: text)
        } catch let error as Entries.Problem {
            throw wrong(error.what)
        } catch {
            throw wrong("its header is not a JSON object")
        }
        if let key = JSONKeys.duplicate(in: text) {
            throw wrong("its header has the key \(quoted(key)) twice")
        }
        metadata = entries.metadata
        tensors = try entries.tensors.map { try Self.tensor($0.key, $0.value, wrong) }
            .sorted {
                ($0.range.lowerBound, $0.range.upperBound, $0.name)
                    < ($1.range.lowerBound, $1.range.upperBound, $1.name)
            }
        try Self.checkCover(tensors, dataCount: bytes.count - end, wrong)
    }

    private static func tensor(
        _ name: String, _ entry: Entries.Tensor, _ wrong: (String) -> StorageError
    ) throws -> SafetensorsFile.Tensor {
        guard let type = SafetensorsFile.ElementType(rawValue: entry.dtype) else {
            throw wrong("tensor \(quoted(name)) has a dtype that cannot be read")
        }
        guard entry.shape.count <= 8, entry.shape.allSatisfy({ $0 >= 0 }) else {
            throw wrong("the shape of tensor \(quoted(name)) is not a list of whole numbers")
        }
        let offsets = entry.data_offsets
        guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
            throw wrong("the data_offsets of tensor \(quoted(name)) are not a range")
        }
        var size = type.size
        for dimension in entry.shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
            guard !overflow else { throw wrong("the shape of tensor \(quoted(name)) is too large") }
            size = product
        }
        guard size == offsets[1] - offsets[0] else {
            throw wrong(
                "tensor \(quoted(name)) needs \(size) bytes and has \(offsets[1] - offsets[0])")
        }
        return .init(name: name, type: type, shape: entry.shape, range: offsets[0]..<offsets[1])
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
}

/// The header's JSON, its kinds checked and nothing else.
private struct Entries: Decodable {
    struct Tensor: Decodable {
        let dtype: String
        let shape: [Int]
        let data_offsets: [Int]
    }
    struct Problem: Error { let what: String }
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    var metadata: [String: String] = [:]
    var tensors: [String: Tensor] = [:]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for key in container.allKeys {
            if key.stringValue == "__metadata__" {
                guard let strings = try? container.decode([String: String].self, forKey: key) else {
                    throw Problem(what: "its __metadata__ holds something other than strings")
                }
                metadata = strings
            } else {
                do {
                    tensors[key.stringValue] = try container.decode(Tensor.self, forKey: key)
                } catch {
                    throw Problem(what: Self.words(error, tensor: quoted(key.stringValue)))
                }
            }
        }
    }

    private static func words(_ error: any Error, tensor: String) -> String {
        let path: [any CodingKey]
        switch error {
        case DecodingError.keyNotFound(let key, let context): path = context.codingPath + [key]
        case DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            path = context.codingPath
        default: path = []
        }
        let fields = path.map(\.stringValue)
        if fields.contains("dtype") { return "tensor \(tensor) has no dtype" }
        if fields.contains("shape") {
            return "the shape of tensor \(tensor) is not a list of whole numbers"
        }
        if fields.contains("data_offsets") {
            return "the data_offsets of tensor \(tensor) are not a range"
        }
        return "the entry of tensor \(tensor) is not an object with whole numbers"
    }
}
