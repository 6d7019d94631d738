import Foundation

/// Tells whether a file is another one, or whether something wrote to it.
struct FileStamp: Equatable {
    let device: UInt64
    let inode: UInt64
    let size: Int
    /// When its bytes last changed, nanoseconds since 1970.
    let modified: Int64

    /// Of an open file; nil when the system cannot say.
    init?(_ descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Of what a path leads to; nil when there is nothing.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int(status.st_size)
        modified = Self.nanoseconds(status)
    }

    func isSameFile(as other: FileStamp) -> Bool {
        device == other.device && inode == other.inode
    }

    private static func nanoseconds(_ status: stat) -> Int64 {
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        // Dates after the year 2255, which file systems can hold, count as that year.
        let seconds = min(max(Int64(time.tv_sec), -9_000_000_000), 9_000_000_000)
        return seconds * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
