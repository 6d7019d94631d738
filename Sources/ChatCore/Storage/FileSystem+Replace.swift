import Foundation

/// Who may read a file.
package enum FileSharing {
    /// Only its owner: for what was said.
    case ownerOnly
    /// Everyone whom the umask allows: for what is made to be shared. A file that replaces another keeps
    /// that one's permissions.
    case shared
}

extension FileSystem {
    /// Writes a whole file in one step: to a temporary file beside it, synchronized, renamed. Whatever
    /// fails, the file is either as it was or complete. A link stays, and what it leads to is replaced.
    /// - Throws: `StorageError.system`.
    package func replaceFile(
        _ url: URL, with parts: [Data], for sharing: FileSharing, synchronized: Bool = true
    ) throws {
        let target = sharing == .shared ? url.resolvingSymlinksInPath() : url
        let folder = target.deletingLastPathComponent().path
        let temporary = "\(folder)/.\(target.lastPathComponent).\(getpid()).tmp"
        let descriptor = try openAnew(temporary, mode: sharing == .shared ? 0o666 : 0o600)
        do {
            defer { close(descriptor) }
            for part in parts { try writeAll(part, to: descriptor, path: url.path) }
            var old = stat()
            if sharing == .shared, stat(target.path, &old) == 0 {
                // Where it may not be changed the file is whole all the same.
                _ = fchmod(descriptor, old.st_mode & 0o777)
            }
            if synchronized { try synchronize(descriptor, path: url.path) }
        } catch {
            try? remove(temporary)
            throw error
        }
        do {
            try rename(temporary, to: target.path)
        } catch {
            try? remove(temporary)
            throw error
        }
        if synchronized { try synchronizeFolder(folder) }
    }

    /// Makes a file that is certainly new: whatever has its name, even a link that somebody planted, is
    /// removed and not written through.
    private func openAnew(_ path: String, mode: mode_t) throws -> Int32 {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        do {
            return try open(path, flags: flags, mode: mode)
        } catch StorageError.system(_, _, EEXIST) {
            try remove(path)
            return try open(path, flags: flags, mode: mode)
        }
    }
}
