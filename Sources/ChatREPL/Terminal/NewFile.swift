import ChatCore
import Foundation

/// Writes a document that the user asked for: never over another file, readable for whom the umask lets.
/// What cannot be written whole is removed again.
package enum NewFile {
    /// - Throws: `CommandFailure` with the path and what to do.
    package static func write(_ text: String, to url: URL) throws {
        let shown = VisibleText.oneLine(url.path)
        let file = open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard file >= 0 else {
            if errno == EEXIST {
                if url.isFolder {
                    throw CommandFailure(phrase("%@ is a folder; name a file in it", shown))
                }
                throw CommandFailure(
                    phrase("%@ exists already; choose another name or remove it", shown))
            }
            throw CommandFailure(phrase("cannot write %@: %@", shown, reason(errno)))
        }
        defer { close(file) }
        do {
            try Output(descriptor: file).write(text)
        } catch {
            unlink(url.path)
            throw CommandFailure(phrase("cannot write %@: %@", shown, "\(error)"))
        }
    }

    /// Why there is no file, in the system's words; those that a person meets are translated.
    private static func reason(_ code: Int32) -> String {
        switch code {
        case ENOENT: phrase("No such file or directory")
        case EACCES: phrase("Permission denied")
        default: String(cString: strerror(code))
        }
    }
}
