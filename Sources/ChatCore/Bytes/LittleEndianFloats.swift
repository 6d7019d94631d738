import Foundation

extension Data {
    /// The bytes of values, least significant first.
    init(littleEndian values: [Float]) {
        self = values.withLittleEndianBytes { Data($0) }
    }
}

extension Array where Element == Float {
    /// The values' bytes, least significant first on every machine.
    func withLittleEndianBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        #if _endian(little)
            return try withUnsafeBytes(body)
        #else
            return try map { $0.bitPattern.littleEndian }.withUnsafeBytes(body)
        #endif
    }

    /// Values from bytes, least significant first; bytes after the last whole value are left out.
    init(littleEndianBytes bytes: UnsafeRawBufferPointer) {
        self.init(unsafeUninitializedCapacity: bytes.count / 4) { buffer, count in
            for i in 0..<bytes.count / 4 {
                let bits = bytes.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)
                buffer[i] = Float(bitPattern: UInt32(littleEndian: bits))
            }
            count = bytes.count / 4
        }
    }

    /// The same of bytes in a `Data`.
    init(littleEndian bytes: Data) {
        self = bytes.withUnsafeBytes { Self(littleEndianBytes: $0) }
    }
}
