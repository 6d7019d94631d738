import Foundation

/// A file's bytes. They are read and never mapped: a mapped file that is cut short ends the process that
/// reads it.
/// - Parameter limit: bytes that it may have; a sparse file can claim more than there is memory.
/// - Throws: `StorageError.system`, `StorageError.tooLarge`.
package func readFile(_ url: URL, limit: Int = 1 << 32) throws -> Data {
    var status = stat()
    guard stat(url.path, &status) == 0 else {
        throw StorageError.system(operation: "read", path: url.path, code: errno)
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw StorageError.system(operation: "read", path: url.path, code: EISDIR)
    // A device may have no end.
    case S_IFCHR, S_IFBLK:
        throw StorageError.system(operation: "read", path: url.path, code: ENOTSUP)
    default: break
    }
    func check(_ size: Int) throws {
        guard size <= limit else {
            throw StorageError.tooLarge(path: url.path, bytes: size, limit: limit)
        }
    }
    try check(Int(status.st_size))
    do {
        guard status.st_mode & S_IFMT != S_IFREG else { return try Data(contentsOf: url) }
        // A pipe, which has no size.
        let pipe = try FileHandle(forReadingFrom: url)
        defer { try? pipe.close() }
        let bytes = try pipe.read(upToCount: limit + 1) ?? Data()
        try check(bytes.count)
        return bytes
    } catch let error as StorageError {
        throw error
    } catch {
        let code = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError)?.code ?? Int(EIO)
        throw StorageError.system(operation: "read", path: url.path, code: Int32(clamping: code))
    }
}
