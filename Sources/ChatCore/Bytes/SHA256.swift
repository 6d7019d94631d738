#if canImport(CryptoKit)
    import CryptoKit

    /// The system's SHA-256.
    package typealias SHA256 = CryptoKit.SHA256
#else
    import CLibCrypto
    import Foundation

    /// SHA-256 (FIPS 180-4) by the system's libcrypto, called as CryptoKit's is.
    package struct SHA256 {
        private var context = Context()

        package init() {}

        package mutating func update(data: some DataProtocol) {
            for region in data.regions {
                region.withUnsafeBytes { update(bufferPointer: $0) }
            }
        }

        package mutating func update(bufferPointer bytes: UnsafeRawBufferPointer) {
            if !isKnownUniquelyReferenced(&context) { context = Context(copying: context) }
            context.update(bytes)
        }

        /// The 32 bytes of the hash. May be asked for more than once.
        package func finalize() -> [UInt8] { Context(copying: context).finish() }

        package static func hash(data: some DataProtocol) -> [UInt8] {
            var hasher = SHA256()
            hasher.update(data: data)
            return hasher.finalize()
        }
    }

    extension SHA256 {
        /// Owns one of libcrypto's contexts. Its calls fail only where memory has run out.
        private final class Context {
            private let pointer: OpaquePointer

            init() {
                guard let fresh = EVP_MD_CTX_new(), EVP_DigestInit_ex(fresh, EVP_sha256(), nil) == 1
                else { preconditionFailure("libcrypto has no SHA-256") }
                pointer = fresh
            }

            init(copying other: Context) {
                guard let fresh = EVP_MD_CTX_new(), EVP_MD_CTX_copy_ex(fresh, other.pointer) == 1
                else { preconditionFailure("libcrypto cannot copy a hash") }
                pointer = fresh
            }

            deinit { EVP_MD_CTX_free(pointer) }

            func update(_ bytes: UnsafeRawBufferPointer) {
                let status = EVP_DigestUpdate(pointer, bytes.baseAddress, bytes.count)
                precondition(status == 1, "libcrypto refused bytes")
            }

            func finish() -> [UInt8] {
                var hash = [UInt8](repeating: 0, count: 32)
                let status = EVP_DigestFinal_ex(pointer, &hash, nil)
                precondition(status == 1, "libcrypto refused to finish a hash")
                return hash
            }
        }
    }
#endif

extension Sequence where Element == UInt8 {
    /// Lower-case hexadecimal.
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        var result: [UInt8] = []
        result.reserveCapacity(2 * underestimatedCount)
        for byte in self {
            result.append(digits[Int(byte >> 4)])
            result.append(digits[Int(byte & 15)])
        }
        return String(decoding: result, as: UTF8.self)
    }
}
