import ChatCore
import Foundation

/// Files whose beginning tells how to read them, so that they are opened twice.
enum RereadFile {
    /// - Throws: `CommandFailure` for a pipe or a device, which can be read but once.
    static func check(_ url: URL) throws {
        var status = stat()
        let kinds = [S_IFREG, S_IFDIR]
        guard stat(url.path, &status) != 0 || kinds.contains(status.st_mode & S_IFMT) else {
            throw CommandFailure(
                phrase(
                    "%@ is not a regular file, and it is read twice; save it to one",
                    VisibleText.oneLine(url.path))
            )
        }
    }
}
