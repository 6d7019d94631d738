import Foundation

/// The safetensors format (Hugging Face): eight bytes of header length (little-endian), a JSON header
/// `{"NAME":{"dtype","shape","data_offsets":[begin,end]},…,"__metadata__":{…}}`, then the tensors'
/// bytes, which cover the rest of the file without gap or overlap.
///
/// Reading is strict: everything in the header is checked before a byte of the data is touched, so a
/// hostile file ends in an error and never in a trap or an allocation larger than the file.
public struct SafetensorsFile: Sendable {
    /// How a tensor's elements are stored.
    public enum ElementType: String, Sendable, Equatable, CaseIterable {
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
        public var size: Int {
            switch self {
            case .int8, .uint8: 1
            case .float16, .bfloat16, .uint16: 2
            case .float32, .int32: 4
            case .int64, .uint64: 8
            }
        }
    }

    /// One tensor's header entry.
    public struct Tensor: Sendable, Equatable {
        public let name: String
        public let type: ElementType
        public let shape: [Int]
        /// Its bytes, counted from the end of the header.
        public let range: Range<Int>
    }

    /// `__metadata__`: strings by name.
    public let metadata: [String: String]
    /// In the order of their bytes.
    public let tensors: [Tensor]
    package let path: String
    private let data: Data

    /// The longest header read, in bytes.
    static let longestHeader = 16 << 20

    /// Opens a file.
    /// - Throws: `StorageError.system` when it cannot be read, `.safetensors` when it is not sound.
    public init(_ url: URL) throws {
        try self.init(try readFile(url), path: url.path)
    }

    /// Reads from bytes; `path` names them in errors.
    /// - Throws: `StorageError.safetensors`.
    public init(_ bytes: Data, path: String) throws {
        let header = try SafetensorsHeader(bytes, path: path)
        metadata = header.metadata
        tensors = header.tensors
        data = bytes.dropFirst(header.end)
        self.path = path
    }

    /// The entry of a tensor, or nil.
    public func tensor(_ name: String) -> Tensor? { tensors.first { $0.name == name } }

    /// The bytes of a tensor as they are stored.
    /// - Throws: `StorageError.safetensors` when there is none of that name.
    public func bytes(_ name: String) throws -> Data {
        guard let tensor = tensor(name) else {
            throw StorageError.safetensors(path: path, what: "it has no tensor \(quoted(name))")
        }
        let start = data.startIndex
        return data[start + tensor.range.lowerBound..<start + tensor.range.upperBound]
    }

    /// The values of a tensor of 32-bit floats or bfloat16, row-major.
    /// - Throws: `StorageError.safetensors` when it is missing or of another type.
    public func floats(_ name: String) throws -> [Float] {
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
        default:
            throw StorageError.safetensors(
                path: path, what: "tensor \(quoted(name)) holds neither 32-bit floats nor bfloat16")
        }
    }
}
