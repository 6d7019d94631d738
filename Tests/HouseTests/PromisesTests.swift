import Foundation
import Testing

/// Every promise of `SECURITY.md` names the test or the script that holds it, and that is there.
@Suite struct PromisesTests {
    /// The rows of its tables.
    private func promises() throws -> [(promise: String, holders: [String])] {
        try String(contentsOf: repository.appending(path: "SECURITY.md"), encoding: .utf8)
            .split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasSuffix("| held by |") }
            .filter { !$0.hasPrefix("| ---") }
            .map { row in
                let cells = row.dropFirst(2).dropLast(2).components(separatedBy: " | ")
                // What stands between backticks.
                let parts = (cells.last ?? "").components(separatedBy: "`")
                return (cells[0], parts.indices.filter { $0 % 2 == 1 }.map { parts[$0] })
            }
    }

    private func files(in folder: String) throws -> [URL] {
        let found = FileManager.default.enumerator(
            at: repository.appending(path: folder), includingPropertiesForKeys: nil)
        return try #require(found).compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
    }

    @Test func eachNamesATestOrAScriptThatIsThere() throws {
        let promises = try promises()
        #expect(promises.count > 30)
        let tests = try files(in: "Tests")
        for (promise, holders) in promises {
            #expect(
                holders.contains { $0.hasSuffix("Tests") || $0.hasPrefix("scripts/") }, "\(promise)"
            )
            for holder in holders {
                let words = holder.components(separatedBy: " ")
                if words[0].hasPrefix("scripts/") {
                    let script = repository.appending(path: words[0])
                    #expect(FileManager.default.isExecutableFile(atPath: script.path), "\(holder)")
                    guard let only = holder.components(separatedBy: "--only ").dropFirst().first
                    else { continue }
                    // A family of it by its name.
                    let family = "\"" + only.trimmingCharacters(in: ["\""]) + "\":"
                    #expect(
                        try String(contentsOf: script, encoding: .utf8).contains(family),
                        "\(holder)")
                } else if holder.hasPrefix("CHARCHAT_") {
                    let variable = holder.prefix { $0 != "=" }
                    #expect(
                        try tests.contains {
                            try String(contentsOf: $0, encoding: .utf8).contains(variable)
                        }, "\(holder)")
                } else {
                    let file = tests.first { $0.lastPathComponent == holder + ".swift" }
                    let text = try file.map { try String(contentsOf: $0, encoding: .utf8) } ?? ""
                    #expect(text.contains("@Test"), "\(holder) of: \(promise)")
                }
            }
        }
    }

    /// Of such a file what another program cuts off would end the process.
    @Test func noFileIsMappedIntoMemory() throws {
        for file in try files(in: "Sources") {
            let text = try String(contentsOf: file, encoding: .utf8)
            for name in ["mmap(", "mappedIfSafe", "alwaysMapped"] {
                #expect(!text.contains(name), "\(file.path): \(name)")
            }
            // SQLite maps a database where it was built to.
            if text.contains("DatabaseQueue(path:") {
                #expect(text.contains("PRAGMA mmap_size = 0"), "\(file.path)")
            }
        }
    }
}
