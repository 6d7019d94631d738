import Foundation

/// Sessions that were deleted in a chat and can be brought back until it ends.
///
/// The transcript waits under a hidden name, `.NAME.PID.deleted`. If the process is killed before it can
/// remove that file, the next listing of the folder does (`Leftovers`).
extension SessionStore {
    /// Deletes a session so that `bringBack` can undo it.
    /// - Throws: `SessionError`, `StorageError`.
    package func setAside(_ name: String) throws {
        let name = try SessionName.checked(name)
        let url = try url(name)
        let lock = try hold(name)
        defer { lock?.release(fileSystem) }
        try fileSystem.rename(url.path, to: aside(name))
        forgetTraces(of: name, url)
    }

    /// Brings back what `setAside` took.
    /// - Throws: `SessionError.missing` when it was not taken here, `.exists` when its name is taken.
    package func bringBack(_ name: String) throws {
        let name = try SessionName.checked(name)
        let hidden = aside(name)
        guard access(hidden, F_OK) == 0 else { throw missing(name) }
        do {
            try fileSystem.giveName(hidden, try url(name).path)
        } catch StorageError.system(_, _, EEXIST) {
            throw SessionError.exists(name)
        }
        try? fileSystem.remove(hidden)
    }

    /// Removes for good what this process set aside.
    package func removeSetAside() {
        let folder = places.sessionsFolder
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for name in names where name.hasSuffix(".deleted") && Leftovers.maker(of: name) == getpid()
        {
            try? fileSystem.remove(folder.appendingPathComponent(name, isDirectory: false).path)
        }
    }

    private func aside(_ name: String) -> String {
        // A hidden name may be longer by its dots, its number and its ending.
        "\(places.sessionsFolder.path)/.\(name).\(getpid()).deleted"
    }
}
