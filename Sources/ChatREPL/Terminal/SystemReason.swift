import Foundation

/// Why the system refused, in the language that is spoken.
package enum SystemReason {
    /// As it stands behind a colon, in English as the system spells it.
    package static func text(_ code: Int32) -> String {
        Words.spoken.language == .english ? String(cString: strerror(code)) : lowered(code)
    }

    /// As it stands in a sentence; what a person meets seldom is said in English.
    package static func lowered(_ code: Int32) -> String {
        switch code {
        case ENOENT: phrase("no such file or directory")
        case EACCES: phrase("permission denied")
        case EPERM: phrase("operation not permitted")
        case ENOSPC: phrase("no space left on device")
        case EROFS: phrase("read-only file system")
        case EISDIR: phrase("is a directory")
        case ENOTDIR: phrase("not a directory")
        case ENAMETOOLONG: phrase("file name too long")
        case EMFILE: phrase("too many open files")
        case EBADF: phrase("bad file descriptor")
        case EIO: phrase("input/output error")
        case EADDRINUSE: phrase("address already in use")
        case EADDRNOTAVAIL: phrase("cannot assign requested address")
        case ECONNREFUSED: phrase("connection refused")
        case ECONNRESET: phrase("connection reset by peer")
        case EHOSTUNREACH: phrase("no route to host")
        case ENETUNREACH: phrase("network is unreachable")
        default: String(cString: strerror(code)).lowercased()
        }
    }
}
