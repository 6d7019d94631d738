import ChatCore
import Foundation

/// Makes a folder that the user asked for, and those on the way to it.
package enum NewFolder {
    /// - Throws: `CommandFailure` with the path and the system's reason.
    package static func make(_ url: URL) throws {
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            // Foundation does not always say why; the system does, of the first that is lacking.
            var place = url.standardizedFileURL
            while place.path != "/",
                !FileManager.default.fileExists(atPath: place.deletingLastPathComponent().path)
            {
                place.deleteLastPathComponent()
            }
            guard mkdir(place.path, 0o777) != 0 else { return try make(url) }
            throw CommandFailure(
                phrase(
                    "cannot make %@: %@", VisibleText.oneLine(url.relativePath),
                    SystemReason.text(errno)))
        }
    }
}
