import ChatCore
import Foundation
import Testing

/// What killed processes leave beside a file goes with the next one, and nothing else does.
@Suite struct LeftoversTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var names: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
        }
    }

    @Test func aLockThatNobodyHoldsIsRemovedWhereItIsOurs() throws {
        let held = folder.url.appendingPathComponent("held")
        let lock = try #require(try OutputLock.take(held))
        // As one is left by a process that was killed.
        let ours = try Data(contentsOf: folder.url.appendingPathComponent(".held.lock"))
        #expect(!ours.isEmpty)
        try ours.write(to: folder.url.appendingPathComponent(".killed.lock"))
        _ = try folder.write(".empty.lock", "")
        _ = try folder.write(".foreign.lock", String(repeating: "x", count: ours.count))
        #expect(mkfifo(folder.url.appendingPathComponent(".pipe.lock").path, 0o600) == 0)
        Leftovers.remove(beside: folder.url.appendingPathComponent("new"))
        #expect(try names == [".empty.lock", ".foreign.lock", ".held.lock", ".pipe.lock"])
        #expect(try OutputLock.take(held) == nil)
        withExtendedLifetime(lock) {}
    }

    @Test func aFileIsLeftWhenItsMakerIsGone() throws {
        // No process has this number.
        _ = try folder.write(".made.999999999.tmp", "x")
        _ = try folder.write(".made.\(getpid()).tmp", "x")
        _ = try folder.write(".other.999999999.tmp", "x")
        Leftovers.remove(beside: folder.url.appendingPathComponent("made"))
        #expect(try names == [".made.\(getpid()).tmp", ".other.999999999.tmp"].sorted())
    }
}
