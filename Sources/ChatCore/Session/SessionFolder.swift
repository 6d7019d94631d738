import Foundation

/// What a look at the sessions folder shows, without opening a file.
enum SessionFolder {
    struct File: Sendable, Equatable {
        let name: String
        let size: Int64
        /// Nanoseconds since 1970.
        let modified: Int64
        let inode: UInt64
    }

    /// Where the transcript of that name is; asks the disk nothing.
    static func url(_ name: String, in folder: URL) -> URL {
        folder.appendingPathComponent(name + ".jsonl", isDirectory: false)
    }

    /// Every transcript with a sound name; none when there is no folder. Removes what killed processes
    /// left, as it meets it.
    /// - Throws: `StorageError.system` when the folder cannot be read.
    static func files(_ places: Places) throws -> [File] {
        let path = places.sessionsFolder.path
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw StorageError.system(operation: "read", path: path, code: errno)
        }
        defer { closedir(folder) }
        var files: [File] = []
        while let entry = readdir(folder) {
            let fileName = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if fileName.hasPrefix(".") { Leftovers.removeIfLeft(fileName, in: path) }
            guard fileName.hasSuffix(".jsonl"), !fileName.hasPrefix(".") else { continue }
            let name = String(fileName.dropLast(6))
            guard (try? SessionName.checked(name)) != nil else { continue }
            var status = stat()
            guard fstatat(dirfd(folder), fileName, &status, 0) == 0,
                status.st_mode & S_IFMT == S_IFREG
            else { continue }
            files.append(
                File(
                    name: name, size: Int64(status.st_size), modified: nanoseconds(status),
                    inode: UInt64(status.st_ino)))
        }
        return files
    }

    /// Removes the temporary names of a transcript that a killed process could not remove any more.
    /// - Parameter inode: of the transcript, whose lock the caller holds.
    static func removeOtherNames(ofInode inode: UInt64, _ places: Places) {
        let folder = places.sessionsFolder
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for name in names where name.hasSuffix(".new") && Leftovers.maker(of: name) != nil {
            let path = folder.appendingPathComponent(name, isDirectory: false).path
            var status = stat()
            if lstat(path, &status) == 0, UInt64(status.st_ino) == inode { unlink(path) }
        }
    }

    private static func nanoseconds(_ status: stat) -> Int64 {
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
