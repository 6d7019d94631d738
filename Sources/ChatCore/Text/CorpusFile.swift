import Foundation

/// A corpus file that is open for reading: bytes at any place, from any thread.
package final class CorpusFile: Sendable {
    /// The path as it was given, for messages.
    package let path: String
    /// Bytes when it was opened.
    package let size: Int
    private let descriptor: Int32
    private let opened: Stamp

    /// What tells that a file was written to.
    private struct Stamp: Equatable {
        var size: Int64
        var seconds: Int
        var nanoseconds: Int

        init(_ status: stat) {
            size = Int64(status.st_size)
            #if canImport(Darwin)
                let time = status.st_mtimespec
            #else
                let time = status.st_mtim
            #endif
            seconds = time.tv_sec
            nanoseconds = time.tv_nsec
        }
    }

    /// - Throws: `CorpusError` for a missing file, a directory, a pipe and one that may not be read.
    package init(_ url: URL) throws {
        path = url.relativePath
        var status = stat()
        guard stat(url.path, &status) == 0 else {
            throw errno == ENOENT
                ? CorpusError.missing(file: path)
                : CorpusError.unreadable(file: path, reason: String(cString: strerror(errno)))
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: throw CorpusError.directory(file: path)
        case S_IFREG: break
        default: throw CorpusError.notAFile(file: path)
        }
        let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CorpusError.unreadable(file: path, reason: String(cString: strerror(errno)))
        }
        self.descriptor = descriptor
        size = Int(status.st_size)
        opened = Stamp(status)
    }

    deinit { close(descriptor) }

    /// At most `count` bytes from `offset` on; fewer only at the end of the file.
    package func bytes(at offset: Int, count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: max(0, min(count, size - offset)))
        let got = try fill(&bytes, at: offset)
        if got < bytes.count { throw CorpusError.changed(file: path) }
        return bytes
    }

    /// Fills an array of bytes; returns how many it got.
    private func fill(_ bytes: inout [UInt8], at offset: Int) throws -> Int {
        var got = 0
        while got < bytes.count {
            // Reading all at once, which a regular file does save for a signal or its end.
            let count =
                got == 0
                ? pread(descriptor, &bytes, bytes.count, off_t(offset))
                : try readRest(&bytes, from: got, at: offset)
            if count > 0 { got += count }
            if count == 0 { break }
            if count < 0, errno != EINTR {
                throw CorpusError.unreadable(file: path, reason: String(cString: strerror(errno)))
            }
        }
        return got
    }

    private func readRest(_ bytes: inout [UInt8], from start: Int, at offset: Int) throws -> Int {
        var rest = [UInt8](repeating: 0, count: bytes.count - start)
        let count = pread(descriptor, &rest, rest.count, off_t(offset + start))
        if count > 0 { bytes.replaceSubrange(start..<start + count, with: rest.prefix(count)) }
        return count
    }

    /// - Throws: `CorpusError.changed` when the file was written to since it was opened.
    package func checkUnchanged() throws {
        var status = stat()
        guard fstat(descriptor, &status) == 0, Stamp(status) == opened else {
            throw CorpusError.changed(file: path)
        }
    }
}

/// Strict UTF-8.
package enum StrictUTF8 {
    /// The text that `bytes`, which start at byte `offset` of `path`, spell.
    /// - Throws: `CorpusError.invalidUTF8` with the offset of the first byte that is not UTF-8.
    package static func text(_ bytes: some Collection<UInt8>, of path: String, at offset: Int)
        throws
        -> String
    {
        let text = String(decoding: bytes, as: UTF8.self)
        // Repair shows: it puts U+FFFD where other bytes stood.
        if text.utf8.count == bytes.count, text.utf8.elementsEqual(bytes) { return text }
        let place = offset + (UTF8Offset.firstInvalid(bytes) ?? bytes.count)
        let isWide = offset == 0 && [[0xFF, 0xFE], [0xFE, 0xFF]].contains(Array(bytes.prefix(2)))
        throw CorpusError.invalidUTF8(
            file: path, byteOffset: place,
            hint: isWide ? "it looks like UTF-16; save it as UTF-8" : "save the file as UTF-8")
    }
}
