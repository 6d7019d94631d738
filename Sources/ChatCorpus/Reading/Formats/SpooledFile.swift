import ChatCore
import Foundation

/// One temporary file without a name, gone when it is closed, however the process ends. What comes out
/// of archives, other encodings and pipes is put there, one after another, and read as files are.
final class SpooledFile {
    /// The most bytes that it takes.
    static let limit = 4 << 30

    private let shared: CorpusFile.Descriptor
    private let handle: FileHandle
    private var buffer: [UInt8] = []
    private var start = 0
    private(set) var size = 0

    /// - Throws: `CorpusError.unreadable` where no temporary file can be made.
    init(for path: String) throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent(".charchat-\(UUID().uuidString)")
        let descriptor = open(url.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CorpusError.unreadable(
                file: path, reason: "no temporary file: \(String(cString: strerror(errno)))")
        }
        unlink(url.path)
        shared = CorpusFile.Descriptor(descriptor)
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
    }

    /// Bytes since the last `take`.
    var count: Int { size - start }

    func write(_ bytes: some Collection<UInt8>, for path: String) throws {
        buffer.append(contentsOf: bytes)
        size += bytes.count
        guard size <= Self.limit else {
            throw CorpusError.form(
                file: path, problem: "is more than \(Self.limit >> 30) GB; give a part of it")
        }
        if buffer.count >= 1 << 18 { try flush(path) }
    }

    private func flush(_ path: String) throws {
        do {
            try handle.write(contentsOf: Data(buffer))
        } catch {
            throw CorpusError.unreadable(
                file: path, reason: "its text does not fit into the temporary folder")
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// What was written since the last time, for reading.
    /// - Parameter path: how messages name it.
    func take(as path: String) throws -> CorpusFile {
        try flush(path)
        defer { start = size }
        return CorpusFile(shared, path: path, base: start, size: size - start)
    }
}
