import Foundation

/// flock(2), and reading through a descriptor.
enum FileLock {
    enum Result { case taken, busy, unsupported }

    /// Takes the lock without waiting.
    static func take(_ descriptor: Int32) -> Result {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            return errno == EWOULDBLOCK ? .busy : .unsupported
        }
        return .taken
    }

    /// Releases the lock, even while a process that is just being started still holds a copy of the
    /// descriptor.
    static func release(_ descriptor: Int32) { _ = flock(descriptor, LOCK_UN) }

    /// The first `count` bytes.
    static func readAll(_ descriptor: Int32, count: Int, path: String) throws -> Data {
        var data = Data(count: count)
        var place = 0
        while place < count {
            let got = data.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress.map { $0 + place }, count - place, off_t(place))
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else {
                throw StorageError.system(
                    operation: "read", path: path, code: got == 0 ? EIO : errno)
            }
            place += got
        }
        return data
    }
}
