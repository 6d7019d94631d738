import Foundation

/// The few calls through which everything permanent is written, so that a test can make each of them fail.
/// Reading is not among them: it does no harm.
///
/// Every call throws `StorageError.system` with the operation, the path and errno.
package protocol FileSystem: Sendable {
    /// Opens `path` with `flags` (O_CLOEXEC is added), new files with permissions `mode` less the umask.
    func open(_ path: String, flags: Int32, mode: mode_t) throws -> Int32
    func close(_ descriptor: Int32)
    /// Writes what it can: like write(2) it may take fewer bytes than given.
    func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws -> Int
    /// Returns once everything written is on the disk.
    func synchronize(_ descriptor: Int32, path: String) throws
    func truncate(_ descriptor: Int32, to size: Int, path: String) throws
    /// Replaces `target` in one step.
    func rename(_ path: String, to target: String) throws
    /// Gives a file a second name; fails with EEXIST where that exists.
    func link(_ path: String, to target: String) throws
    func remove(_ path: String) throws
    /// Makes one folder with permissions 0700.
    func makeFolder(_ path: String) throws
}

/// The operating system's calls.
package struct SystemFileSystem: FileSystem {
    package init() {}

    package func open(_ path: String, flags: Int32, mode: mode_t) throws -> Int32 {
        let descriptor = Foundation.open(path, flags | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure("open", path) }
        return descriptor
    }

    package func close(_ descriptor: Int32) { _ = Foundation.close(descriptor) }

    package func write(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
    ) throws -> Int {
        while true {
            let count = Foundation.write(descriptor, bytes.baseAddress, bytes.count)
            if count >= 0 { return count }
            guard errno == EINTR else { throw failure("write", path) }
        }
    }

    package func synchronize(_ descriptor: Int32, path: String) throws {
        while fsync(descriptor) != 0 {
            // Some file systems cannot synchronize a folder; they say so with EINVAL.
            if errno == EINVAL { return }
            guard errno == EINTR else { throw failure("write", path) }
        }
    }

    package func truncate(_ descriptor: Int32, to size: Int, path: String) throws {
        while ftruncate(descriptor, off_t(size)) != 0 {
            guard errno == EINTR else { throw failure("shorten", path) }
        }
    }

    package func rename(_ path: String, to target: String) throws {
        guard Foundation.rename(path, target) == 0 else { throw failure("write", target) }
    }

    package func link(_ path: String, to target: String) throws {
        guard Foundation.link(path, target) == 0 else { throw failure("create", target) }
    }

    package func remove(_ path: String) throws {
        guard unlink(path) == 0 else { throw failure("delete", path) }
    }

    package func makeFolder(_ path: String) throws {
        guard mkdir(path, 0o700) == 0 else { throw failure("create", path) }
    }

    private func failure(_ operation: String, _ path: String) -> StorageError {
        .system(operation: operation, path: path, code: errno)
    }
}

extension FileSystem {
    /// Opens `path`, a new file readable by its owner only: for what was said.
    func open(_ path: String, flags: Int32) throws -> Int32 {
        try open(path, flags: flags, mode: 0o600)
    }

    /// Writes all of `bytes`, over as many calls as it takes.
    func writeAll(_ bytes: Data, to descriptor: Int32, path: String) throws {
        try bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = try write(
                    UnsafeRawBufferPointer(rebasing: rest), to: descriptor, path: path)
                guard count > 0 else {
                    throw StorageError.system(operation: "write", path: path, code: ENOSPC)
                }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Synchronizes a folder, so that the names in it are permanent.
    func synchronizeFolder(_ path: String) throws {
        let descriptor = try open(path, flags: O_RDONLY)
        defer { close(descriptor) }
        try synchronize(descriptor, path: path)
    }

    /// Gives a file a name that nothing has yet, in one step; its old name may remain.
    /// - Throws: `StorageError.system` with EEXIST when the name is taken.
    func giveName(_ path: String, _ target: String) throws {
        do {
            try link(path, to: target)
        } catch StorageError.system(_, _, let code)
            where [EPERM, ENOTSUP, EOPNOTSUPP, ENOSYS, EMLINK].contains(code)
        {
            // A file system without links: check, then rename.
            guard access(target, F_OK) != 0 else {
                throw StorageError.system(operation: "create", path: target, code: EEXIST)
            }
            try rename(path, to: target)
        }
    }

    /// Makes a folder and those above it, 0700 each; one that exists is left as it is.
    package func makeFolders(_ url: URL) throws {
        let path = url.path
        if isFolder(path) { return }
        let parent = url.deletingLastPathComponent()
        if parent.path != path, !isFolder(parent.path) { try makeFolders(parent) }
        do {
            try makeFolder(path)
            // A folder that cannot be synchronized can still be used.
            try? synchronizeFolder(parent.path)
        } catch StorageError.system(_, _, let code) where code == EEXIST && isFolder(path) {}
    }

    private func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
