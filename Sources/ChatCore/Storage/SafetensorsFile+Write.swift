import Foundation

extension SafetensorsFile {
    /// A tensor to be written: its place in the file follows from the order they are given in.
    package struct Contents {
        package let name: String
        package let type: ElementType
        package let shape: [Int]
        package let bytes: Data

        package init(name: String, type: ElementType, shape: [Int], bytes: Data) {
            precondition(
                bytes.count == shape.reduce(type.size, *), "bytes do not fit the shape of \(name)")
            self.name = name
            self.type = type
            self.shape = shape
            self.bytes = bytes
        }

        /// 32-bit floats, row-major.
        package init(name: String, shape: [Int], floats: [Float]) {
            self.init(
                name: name, type: .float32, shape: shape,
                bytes: floats.withLittleEndianBytes { Data($0) })
        }

        /// The upper halves of 32-bit floats, row-major: exact where their lower halves are zero.
        package init(name: String, shape: [Int], upperHalvesOf floats: [Float]) {
            var bytes = Data(capacity: 2 * floats.count)
            for value in floats {
                bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> 16))
                bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> 24))
            }
            self.init(name: name, type: .bfloat16, shape: shape, bytes: bytes)
        }
    }

    /// Writes a file in one step: whatever fails, `url` is as it was or complete. Its bytes depend on
    /// the arguments alone.
    /// - Throws: `StorageError.system`.
    package static func write(
        metadata: [String: String], tensors: [Contents], to url: URL,
        fileSystem: some FileSystem = SystemFileSystem()
    ) throws {
        try write(
            metadata: metadata, tensors: tensors, to: url, for: .shared, fileSystem: fileSystem)
    }

    /// The same, for whom `sharing` says.
    package static func write(
        metadata: [String: String], tensors: [Contents], to url: URL, for sharing: FileSharing,
        fileSystem: some FileSystem = SystemFileSystem()
    ) throws {
        let header = try header(metadata: metadata, tensors: tensors)
        try fileSystem.replaceFile(url, with: [header] + tensors.map(\.bytes), for: sharing)
    }

    private static func header(metadata: [String: String], tensors: [Contents]) throws -> Data {
        struct Entry: Encodable {
            let dtype: String
            let shape: [Int]
            let data_offsets: [Int]
        }
        enum Value: Encodable {
            case metadata([String: String])
            case tensor(Entry)
            func encode(to encoder: any Encoder) throws {
                switch self {
                case .metadata(let strings): try strings.encode(to: encoder)
                case .tensor(let entry): try entry.encode(to: encoder)
                }
            }
        }
        var object: [String: Value] = metadata.isEmpty ? [:] : ["__metadata__": .metadata(metadata)]
        var place = 0
        for tensor in tensors {
            let end = place + tensor.bytes.count
            object[tensor.name] = .tensor(
                Entry(dtype: tensor.type.rawValue, shape: tensor.shape, data_offsets: [place, end]))
            place = end
        }
        var json = try StableJSON.encode(object)
        // The data starts at a multiple of eight, as the format's own writer has it.
        json.append(
            contentsOf: [UInt8](repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
        var header = Data((0..<8).map { UInt8(truncatingIfNeeded: UInt64(json.count) >> (8 * $0)) })
        header.append(json)
        return header
    }
}
