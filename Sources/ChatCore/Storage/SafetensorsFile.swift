import Foundation

/// The safetensors format (Hugging Face): eight bytes of header length (little-endian), a JSON header
/// `{"NAME":{"dtype","shape","data_offsets":[begin,end]},…,"__metadata__":{…}}`, then the tensors'
/// bytes, which cover the rest of the file without gap or overlap.
///
/// Reading is strict: everything in the header is checked before a byte of the data is touched, so a
/// hostile file ends in an error and never in a trap or an allocation larger than the file.
package struct SafetensorsFile: Sendable {
    /// How a tensor's elements are stored.
    package enum ElementType: String, Sendable, Equatable, CaseIterable {
        case float32 = "F32"
        case float16 = "F16"
        case bfloat16 = "BF16"
        case int8 = "I8"
        case uint8 = "U8"
        case uint16 = "U16"
        case int32 = "I32"
        case int64 = "I64"
        case uint64 = "U64"

        /// Bytes an element.
        package var size: Int {
            switch self {
            case .int8, .uint8: 1
            case .float16, .bfloat16, .uint16: 2
            case .float32, .int32: 4
            case .int64, .uint64: 8
            }
        }
    }

    /// One tensor's header entry.
    package struct Tensor: Sendable, Equatable {
        package let name: String
        package let type: ElementType
        package let shape: [Int]
        /// Its bytes, counted from the end of the header.
        package let range: Range<Int>
    }

    /// `__metadata__`: strings by name.
    package let metadata: [String: String]
    /// In the order of their bytes.
    package let tensors: [Tensor]
    package let path: String
    private let data: Data

    /// The longest header read, in bytes.
    static let longestHeader = 16 << 20

    /// Opens a file.
    /// - Throws: `StorageError.system` when it cannot be read, `.safetensors` when it is malformed.
    package init(_ url: URL) throws {
        try self.init(try readFile(url), path: url.path)
    }

    /// Reads from bytes; `path` names them in errors.
    /// - Throws: `StorageError.safetensors`.
    package init(_ bytes: Data, path: String) throws {
        let header = try SafetensorsHeader(bytes, path: path)
        metadata = header.metadata
        tensors = header.tensors
        data = bytes.dropFirst(header.end)
        self.path = path
    }

    /// The entry of a tensor, or nil.
    package func tensor(_ name: String) -> Tensor? { tensors.first { $0.name == name } }

    /// The bytes of a tensor as they are stored.
    /// - Throws: `StorageError.safetensors` when there is none of that name.
    package func bytes(_ name: String) throws -> Data {
        guard let tensor = tensor(name) else {
            throw StorageError.safetensors(path: path, what: "it has no tensor \(quoted(name))")
        }
        let start = data.startIndex
        return data[start + tensor.range.lowerBound..<start + tensor.range.upperBound]
    }

    /// The values of a tensor of 32-bit floats, bfloat16 or float16, row-major; all are exact as floats.
    /// - Throws: `StorageError.safetensors` when it is missing or of another type.
    package func floats(_ name: String) throws -> [Float] {
        let bytes = try bytes(name)
        switch tensor(name)?.type {
        case .float32:
            return bytes.withUnsafeBytes { [Float](littleEndianBytes: $0) }
        case .bfloat16:
            return bytes.withUnsafeBytes { raw in
                (0..<raw.count / 2).map {
                    let half = raw.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)
                    return Float(bitPattern: UInt32(UInt16(littleEndian: half)) << 16)
                }
            }
        case .float16:
            return bytes.withUnsafeBytes { raw in
                (0..<raw.count / 2).map {
                    let half = raw.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)
                    return Self.float(half: UInt16(littleEndian: half))
                }
            }
        default:
            throw StorageError.safetensors(
                path: path,
                what:
                    "tensor \(quoted(name)) holds neither 32-bit floats nor bfloat16 nor float16")
        }
    }

    /// IEEE 754's binary16 as a float: sign, 5 bits of exponent (bias 15), 10 of fraction. Not every
    /// system has `Float16`.
    private static func float(half: UInt16) -> Float {
        let exponent = Int(half >> 10 & 31)
        let fraction = Float(half & 1023)
        let size: Float =
            switch exponent {
            case 0: Float(sign: .plus, exponent: -24, significand: fraction)
            case 31: fraction == 0 ? .infinity : .nan
            default: Float(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
            }
        return half >> 15 == 0 ? size : -size
    }
}
