import Foundation

/// A corpus file that is open for reading: bytes at any place, from any thread.
package final class CorpusFile: Sendable {
    /// The path as it was given, for messages.
    package let path: String
    /// Bytes when it was opened.
    package let size: Int
    /// Tells whether it was written to since.
    package let stamp: Stamp
    private let descriptor: Descriptor
    /// The offset at which it begins in what the descriptor reads.
    private let base: Int

    /// An open file, closed with the last of its readers.
    package final class Descriptor: Sendable {
        package let number: Int32
        package init(_ number: Int32) { self.number = number }
        deinit { close(number) }
    }

    /// Tells whether a file was written to.
    package struct Stamp: Equatable, Sendable {
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
        self.descriptor = Descriptor(descriptor)
        base = 0
        size = Int(status.st_size)
        stamp = Stamp(status)
    }

    /// A part of a file that nobody else writes to.
    package init(_ descriptor: Descriptor, path: String, base: Int, size: Int) {
        self.path = path
        self.descriptor = descriptor
        self.base = base
        self.size = size
        stamp = Stamp(stat())
    }

    /// Whether `url` leads to a pipe or a socket, which can be read only once.
    package static func isPipe(_ url: URL) -> Bool {
        var status = stat()
        guard stat(url.path, &status) == 0 else { return false }
        return [S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT)
    }

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
            // One call reads everything from a regular file, unless a signal or the end comes first.
            let count =
                got == 0
                ? pread(descriptor.number, &bytes, bytes.count, off_t(base + offset))
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
        let count = pread(descriptor.number, &rest, rest.count, off_t(base + offset + start))
        if count > 0 { bytes.replaceSubrange(start..<start + count, with: rest.prefix(count)) }
        return count
    }

    /// - Throws: `CorpusError.changed` when the file was written to since it was opened.
    package func checkUnchanged() throws {
        var status = stat()
        guard stamp != Stamp(stat()) else { return }
        guard fstat(descriptor.number, &status) == 0, Stamp(status) == stamp else {
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
        // A repair shows: U+FFFD stands where other bytes were.
        if text.utf8.count == bytes.count, text.utf8.elementsEqual(bytes) { return text }
        let place = offset + (UTF8Offset.firstInvalid(bytes) ?? bytes.count)
        throw CorpusError.invalidUTF8(
            file: path, byteOffset: place, guess: EncodingGuess.guess(bytes))
    }
}
