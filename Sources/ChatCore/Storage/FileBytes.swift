import Foundation

/// A file's bytes.
/// - Parameter mapped: maps them where that can be done. Only for files that are replaced whole: one
///   that is cut short while it is mapped ends the process that reads it.
package func readFile(_ url: URL, mapped: Bool = true) throws -> Data {
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
    do {
        return try Data(contentsOf: url, options: mapped ? .mappedIfSafe : [])
    } catch {
        let code = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError)?.code ?? Int(EIO)
        throw StorageError.system(operation: "read", path: url.path, code: Int32(clamping: code))
    }
}
