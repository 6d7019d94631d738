import Foundation

/// What listing the sessions folder shows, without opening a file.
package enum SessionFolder {
    package struct File: Sendable, Equatable {
        package let name: String
        package let size: Int64
        /// Nanoseconds since 1970.
        package let modified: Int64
        package let inode: UInt64

        package init(name: String, size: Int64, modified: Int64, inode: UInt64) {
            self.name = name
            self.size = size
            self.modified = modified
            self.inode = inode
        }

        /// When it was last written to.
        package var date: Date { Date(timeIntervalSince1970: Double(modified) / 1e9) }
    }

    /// Where the transcript of that name is; does not touch the disk.
    package static func url(_ name: String, in folder: URL) -> URL {
        folder.appendingPathComponent(name + ".jsonl", isDirectory: false)
    }

    /// Every transcript with a valid name; none when there is no folder. Removes leftovers of killed
    /// processes that it comes across.
    /// - Throws: `StorageError.system` when the folder cannot be read.
    package static func files(_ places: Places) throws -> [File] {
        let path = places.sessionsFolder.path
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw StorageError.system(operation: "read", path: path, code: errno)
        }
        defer { closedir(folder) }
        var files: [File] = []
        var snapshots: Set<String> = []
        while let entry = readdir(folder) {
            let fileName = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if fileName.hasPrefix(".") { Leftovers.removeIfLeft(fileName, in: path) }
            if fileName.hasSuffix(".states") { snapshots.insert(String(fileName.dropLast(7))) }
            guard fileName.hasSuffix(".jsonl"), !fileName.hasPrefix(".") else { continue }
            guard let name = try? SessionName.checked(String(fileName.dropLast(6))),
                hasComposedName(fileName, name, in: path)
            else { continue }
            var status = stat()
            guard fstatat(dirfd(folder), name + ".jsonl", &status, 0) == 0,
                status.st_mode & S_IFMT == S_IFREG
            else { continue }
            let stamp = FileStamp(status)
            files.append(
                File(
                    name: name, size: Int64(stamp.size), modified: stamp.modified,
                    inode: stamp.inode))
        }
        // States of a transcript that somebody removed by hand: they tell of what was said in it.
        for name in snapshots.subtracting(files.map(\.name))
        where (try? SessionName.checked(name)) != nil {
            let transcript = url(name, in: places.sessionsFolder)
            if access(transcript.path, F_OK) != 0 { unlink(SnapshotFile.url(for: transcript).path) }
        }
        return files
    }

    /// Whether a file can be opened under the name it is known by. One that came with its Hangul or
    /// accents decomposed, as from a Mac, is given that name, unless another file has it.
    private static func hasComposedName(
        _ fileName: String, _ name: String, in folder: String
    ) -> Bool {
        let composed = name + ".jsonl"
        if composed.utf8.elementsEqual(fileName.utf8) { return true }
        let (old, new) = ("\(folder)/\(fileName)", "\(folder)/\(composed)")
        var (oldStatus, newStatus) = (stat(), stat())
        guard lstat(old, &oldStatus) == 0 else { return false }
        // A file system may take both spellings for one name.
        if lstat(new, &newStatus) == 0 {
            return newStatus.st_dev == oldStatus.st_dev && newStatus.st_ino == oldStatus.st_ino
        }
        let files = SystemFileSystem()
        guard (try? files.giveName(old, new)) != nil else { return false }
        try? files.remove(old)
        return true
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
}
