import ChatCore
import ChatCorpus
import Foundation
import Testing

/// Archives and YAML that are hostile or not what is read, with one clear line each.
@Suite struct ArchiveTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func problem(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let file = try folder.write(name, bytes)
        let error = #expect(throws: CorpusError.self) {
            try CorpusPreview(files: [file], options: CorpusOptions(), count: 1)
        }
        let text = error.map { "\($0)" } ?? ""
        #expect(!text.contains("\n"))
        return text
    }

    @Test func aFileThatIsStoredIsRead() throws {
        let file = try folder.write("a.zip", ZipSample.archive([.init("a.txt", "Hello.\n")]))
        let preview = try CorpusPreview(files: [file], options: CorpusOptions(), count: 1)
        #expect(preview.lines == ["Hello."])
    }

    @Test func aFileThatUnpacksToFarMoreThanATextIsRefused() throws {
        // A gzip stream is a deflated one with ten bytes before and eight behind.
        let packed = try GzipSample.zeros(megabytes: 66).dropFirst(10).dropLast(8)
        let bomb = ZipSample.Entry("a.txt", packed: Array(packed), unpacked: 66 << 20)
        #expect(try problem("bomb.zip", ZipSample.archive([bomb])).contains("unpacks to far more"))
        // One that lies about how much it is.
        let lie = ZipSample.Entry("a.txt", packed: Array(packed), unpacked: 7)
        #expect(try problem("lie.zip", ZipSample.archive([lie])).contains("unpacks to far more"))
    }

    @Test func anArchiveInAnArchiveIsNotRead() throws {
        let inner = ZipSample.archive([.init("a.txt", "Hello.\n")])
        let outer = ZipSample.archive([.init("inner.zip", bytes: inner)])
        #expect(try problem("outer.zip", outer).contains("holds no file that is read"))
        // Whatever it calls itself.
        let other = ZipSample.archive([
            .init("inner.txt", bytes: inner), .init("b.txt", "Beside it.\n"),
        ])
        let file = try folder.write("other.zip", other)
        let preview = try CorpusPreview(files: [file], options: CorpusOptions(), count: 9)
        #expect(preview.lines.first == "Beside it.")
        #expect(preview.told.contains("archives in archives (1)"))
    }

    @Test func anEncryptedFileIsRefused() throws {
        var entry = ZipSample.Entry("a.txt", "Hello.\n")
        entry.isEncrypted = true
        #expect(try problem("a.zip", ZipSample.archive([entry])).contains("is encrypted; unpack"))
    }

    @Test func yamlThatWouldTakeTooMuchMemoryIsRefusedUnread() throws {
        let pairs = String(repeating: "- [a, b]\n", count: 350_000)
        #expect(try problem("a.yml", ("conversations:\n" + pairs).utf8).contains("3 MB of YAML"))
    }
}

/// Zip archives made by hand.
enum ZipSample {
    struct Entry {
        var name: String
        var method: UInt16
        var packed: [UInt8]
        var unpacked: Int
        var isEncrypted = false

        /// A file as it is.
        init(_ name: String, bytes: [UInt8]) {
            (self.name, method, packed, unpacked) = (name, 0, bytes, bytes.count)
        }

        init(_ name: String, _ text: String) { self.init(name, bytes: Array(text.utf8)) }

        /// A deflated file.
        init(_ name: String, packed: [UInt8], unpacked: Int) {
            (self.name, method, self.packed, self.unpacked) = (name, 8, packed, unpacked)
        }

        /// What the header of a file and its line in the list have in common. The sum stays 0: nothing
        /// looks at it.
        fileprivate var description: [UInt8] {
            let fields = [
                (20, 2), (isEncrypted ? 1 : 0, 2), (Int(method), 2), (0, 8), (packed.count, 4),
                (unpacked, 4), (name.utf8.count, 2), (0, 2),
            ]
            return fields.flatMap { number($0.0, $0.1) }
        }
    }

    static func archive(_ entries: [Entry]) -> [UInt8] {
        var files: [UInt8] = []
        var list: [UInt8] = []
        for entry in entries {
            list += [0x50, 0x4B, 1, 2] + number(20, 2) + entry.description + number(0, 10)
            list += number(files.count, 4) + Array(entry.name.utf8)
            files += [0x50, 0x4B, 3, 4] + entry.description + Array(entry.name.utf8)
            files += entry.packed
        }
        let end = [
            (0, 4), (entries.count, 2), (entries.count, 2), (list.count, 4), (files.count, 4),
            (0, 2),
        ]
        return files + list + [0x50, 0x4B, 5, 6] + end.flatMap { number($0.0, $0.1) }
    }

    /// The least byte first.
    private static func number(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
