import CCodecs
import ChatCore

/// Undoes DEFLATE (RFC 1951), alone or as gzip (RFC 1952), a piece at a time.
final class Inflater {
    enum Failure: Error { case damaged }

    private var stream = z_stream()
    private var output = [UInt8](repeating: 0, count: 1 << 16)
    private let isReady: Bool
    private(set) var isAtEnd = false

    /// - Parameter isGzip: false for bare DEFLATE, as archives have it.
    init(isGzip: Bool) {
        isReady =
            inflateInit2_(
                &stream, isGzip ? 15 + 16 : -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
            == Z_OK
    }

    deinit { inflateEnd(&stream) }

    /// Hands on what `bytes` become. At the end of the stream the rest of them is not looked at.
    /// - Returns: how many bytes were taken.
    /// - Throws: `Failure.damaged`; what `body` throws.
    func push(_ bytes: [UInt8], _ body: (ArraySlice<UInt8>) throws -> Void) throws -> Int {
        guard isReady else { throw Failure.damaged }
        var bytes = bytes
        var taken = 0
        while taken < bytes.count, !isAtEnd {
            let made = try bytes.withUnsafeMutableBufferPointer { input in
                try output.withUnsafeMutableBufferPointer { output in
                    stream.next_in = input.baseAddress.map { $0 + taken }
                    stream.avail_in = UInt32(input.count - taken)
                    stream.next_out = output.baseAddress
                    stream.avail_out = UInt32(output.count)
                    let status = inflate(&stream, Z_NO_FLUSH)
                    taken = input.count - Int(stream.avail_in)
                    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                        throw Failure.damaged
                    }
                    isAtEnd = status == Z_STREAM_END
                    return output.count - Int(stream.avail_out)
                }
            }
            if made > 0 { try body(output[..<made]) }
        }
        // What is still in the decoder when the input is used up.
        while !isAtEnd, stream.avail_out == 0 {
            let made = try output.withUnsafeMutableBufferPointer { output in
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                stream.avail_in = 0
                let status = inflate(&stream, Z_NO_FLUSH)
                guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                    throw Failure.damaged
                }
                isAtEnd = status == Z_STREAM_END
                return output.count - Int(stream.avail_out)
            }
            if made == 0 { break }
            try body(output[..<made])
        }
        return taken
    }

    /// Begins anew, for the next of several gzip streams in one file.
    func restart() {
        inflateReset(&stream)
        isAtEnd = false
    }
}

/// Tells a bomb from a text: no text packs as well.
struct InflationLimit {
    private static let harmless = 64 << 20
    private static let ratio = 150

    /// - Parameter packed: bytes taken from the archive for it.
    static func isBomb(packed: Int, unpacked: Int) -> Bool {
        unpacked > harmless && unpacked / ratio > packed
    }
}

/// Unpacks a gzip file.
enum GzipFile {
    /// - Throws: `CorpusError` for a file that is damaged, cut short or a bomb.
    static func unpack(_ file: CorpusFile, into spool: SpooledFile) throws {
        let inflater = Inflater(isGzip: true)
        var offset = 0
        func fail(_ problem: String) -> CorpusError { .form(file: file.path, problem: problem) }
        while offset < file.size {
            let bytes = try file.bytes(at: offset, count: 1 << 16)
            do {
                let taken = try inflater.push(bytes) { part in
                    try spool.write(part, for: file.path)
                    if InflationLimit.isBomb(
                        packed: offset + bytes.count, unpacked: spool.count)
                    {
                        throw fail("unpacks to far more than a text would; it is not read")
                    }
                }
                offset += taken
            } catch Inflater.Failure.damaged {
                // Padding after the last stream is allowed.
                if offset > 0, bytes.allSatisfy({ $0 == 0 }) { return }
                throw fail("is a damaged gzip file")
            }
            if inflater.isAtEnd, offset < file.size { inflater.restart() }
        }
        guard inflater.isAtEnd else { throw fail("is a gzip file that is cut short") }
    }
}
