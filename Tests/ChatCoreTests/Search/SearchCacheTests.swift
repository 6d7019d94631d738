import ChatCore
import ChatSearch
import Foundation
import Testing

@Suite("The index as a cache, and odd corpora")
struct SearchCacheTests {
    let folder: TemporaryFolder
    private let cache: URL

    init() throws {
        folder = try TemporaryFolder()
        cache = folder.url.appendingPathComponent("cache")
    }

    private func open(_ files: URL...) throws -> SearchIndex {
        try #require(try SearchIndex.open(SearchCorpus(files), cacheFolder: cache))
    }

    private func count(_ index: SearchIndex, _ word: String) throws -> Int {
        try index.search(SearchQuery(word)).hits.count
    }

    private var cached: [URL] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: cache.path)
                .map { cache.appendingPathComponent($0) }
        }
    }

    @Test("it is kept, readable by its owner only, and used again")
    func kept() throws {
        let file = try folder.write("a.txt", "fox\ndog\n")
        #expect(try count(try open(file), "fox") == 1)
        let index = try #require(try cached.first)
        let made = try FileManager.default.attributesOfItem(atPath: index.path)
        #expect(made[.posixPermissions] as? Int == 0o600)
        var built = false
        _ = try SearchIndex.open(SearchCorpus([file]), cacheFolder: cache) { _ in
            built = true
            return true
        }
        #expect(!built)
        #expect(try cached.count == 1)
    }

    @Test("a corpus that changed is indexed anew; one that was only touched is not")
    func changed() throws {
        let file = try folder.write("a.txt", "fox\n")
        let before = try open(file)
        #expect(try count(before, "fox") == 1 && before.isCurrent)
        try folder.write("a.txt", "bear\n")
        #expect(!before.isCurrent)
        let index = try open(file)
        #expect(try count(index, "fox") == 0)
        #expect(try count(index, "bear") == 1)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: file.path)
        var built = false
        _ = try SearchIndex.open(SearchCorpus([file]), cacheFolder: cache) { _ in
            built = true
            return true
        }
        #expect(!built)
    }

    @Test("an index that is corrupt, empty, cut or of another corpus is built anew")
    func corrupt() throws {
        let file = try folder.write("a.txt", "fox\ndog\n")
        let other = try folder.write("b.txt", "bear\n")
        _ = try open(file)
        let index = try #require(try cached.first)
        let whole = try Data(contentsOf: index)
        _ = try open(other)
        let foreign = try Data(contentsOf: try #require(try cached.first { $0 != index }))
        var torn = whole
        for place in stride(from: 5_000, to: whole.count, by: 7) { torn[place] = 0xA5 }
        for bytes in [
            Data(), Data("nonsense".utf8), whole.prefix(whole.count / 2), torn, foreign,
            whole.prefix(100) + Data(count: 8_000),
        ] {
            try Data(bytes).write(to: index)
            #expect(try count(try open(file), "fox") == 1)
            #expect(try count(try open(file), "bear") == 0)
        }
    }

    @Test("an index that turns bad while it is open is built anew")
    func turnsBad() throws {
        let text = (1...5_000).map { "line \($0) fox\($0)" }.joined(separator: "\n")
        let file = try folder.write("a.txt", text)
        _ = try open(file)
        let url = try #require(try cached.first)
        let handle = try FileHandle(forUpdating: url)
        let size = try handle.seekToEnd()
        // The facts on the first pages stay, what they speak of does not.
        try handle.seek(toOffset: size / 2)
        try handle.write(contentsOf: Data(repeating: 0x5A, count: Int(size / 2)))
        try handle.close()
        let index = try open(file)
        for number in [1, 2_500, 4_999] { #expect(try count(index, "fox\(number)") == 1) }
    }

    @Test("a place that cannot be written to: the index is built in memory")
    func unwritable() throws {
        let file = try folder.write("a.txt", "fox\n")
        let blocked = try folder.write("blocked", "")
        let index = try #require(
            try SearchIndex.open(
                SearchCorpus([file]), cacheFolder: blocked.appendingPathComponent("cache")))
        #expect(index.url == nil)
        #expect(try count(index, "fox") == 1)
    }

    @Test("building can be stopped, and leaves nothing")
    func stopped() throws {
        let file = try folder.write("a.txt", "fox\n")
        #expect(
            try SearchIndex.open(SearchCorpus([file]), cacheFolder: cache) { _ in false } == nil)
        #expect(try cached.isEmpty)
    }

    @Test("what a killed process left is removed when the index is built again")
    func leftover() throws {
        let file = try folder.write("a.txt", "fox\n")
        _ = try open(file)
        let index = try #require(try cached.first)
        // No process has this number.
        let left = ".\(index.lastPathComponent).999999999.tmp"
        try Data("x".utf8).write(to: cache.appendingPathComponent(left))
        try FileManager.default.removeItem(at: index)
        _ = try open(file)
        #expect(try cached.map(\.lastPathComponent) == [index.lastPathComponent])
    }

    @Test("building a damaged index anew can be stopped; the next search does it")
    func stoppedRebuild() throws {
        let file = try folder.write("a.txt", (1...5_000).map { "fox\($0)\n" }.joined())
        _ = try open(file)
        let url = try #require(try cached.first)
        let handle = try FileHandle(forUpdating: url)
        let size = try handle.seekToEnd()
        try handle.seek(toOffset: size / 2)
        try handle.write(contentsOf: Data(repeating: 0x5A, count: Int(size / 2)))
        try handle.close()
        let index = try open(file)
        var stopped = 0
        for number in [1, 2_500, 4_999] {
            do {
                _ = try index.search(SearchQuery("fox\(number)"), shouldContinue: { false })
            } catch {
                #expect(error as? SearchError == .stopped)
                stopped += 1
            }
        }
        #expect(stopped > 0)
        #expect(try count(index, "fox2500") == 1)
    }

    @Test("an empty corpus, blank lines only, no file")
    func empty() throws {
        let empty = try folder.write("empty.txt", "")
        let blank = try folder.write("blank.txt", "\n \n\t\n")
        let missing = folder.url.appendingPathComponent("missing.txt")
        #expect(throws: CorpusError.empty(file: empty.relativePath)) { try open(empty) }
        #expect(throws: CorpusError.empty(file: blank.relativePath)) { try open(blank) }
        #expect(throws: CorpusError.missing(file: missing.relativePath)) { try open(missing) }
        #expect(throws: CorpusError.noFiles) {
            try SearchIndex.open(SearchCorpus([]), cacheFolder: nil)
        }
    }

    @Test("one line, without its end")
    func oneLine() throws {
        let index = try open(try folder.write("one.txt", "only fox"))
        #expect(index.count == 1)
        #expect(try count(index, "fox") == 1)
    }

    @Test("a line of ten megabytes is cut into entries, and its end is found")
    func longLine() throws {
        var text = String(repeating: "word after word ", count: 650_000)
        text += "needle"
        let index = try open(try folder.write("long.txt", text))
        #expect(index.count > 5_000)
        let hit = try #require(try index.search(SearchQuery("needle")).hits.first)
        #expect(hit.entry.text.unicodeScalars.count <= 2_000 && hit.entry.line == 1)
        let unbroken = try folder.write("unbroken.txt", String(repeating: "x", count: 10_000_000))
        #expect(try open(unbroken).count == 5_000)
    }

    @Test("bytes that are no UTF-8 are told with their place")
    func invalid() throws {
        let file = try folder.write("bad.txt", Array("fox\nd".utf8) + [0xFF, 0x0A])
        #expect(
            throws: CorpusError.invalidUTF8(file: file.relativePath, byteOffset: 5, guess: nil)
        ) { try open(file) }
        #expect(try cached.isEmpty)
    }

    @Test("NUL and control characters in a corpus")
    func control() throws {
        let index = try open(try folder.write("nul.txt", "one\0fox\u{1B}[31m\ndog\n"))
        #expect(try count(index, "fox") == 1)
        #expect(try count(index, "one") == 1)
    }

    @Test(
        "an index that is cut under an open search is an error or no hit, not the end of the process"
    )
    func cutWhileOpen() throws {
        let file = try folder.write("a.txt", (0..<2_000).map { "fox number \($0)\n" }.joined())
        let index = try open(file)
        let whole = try count(index, "fox")
        #expect(whole > 0)
        let path = try #require(try cached.first).path
        #expect(truncate(path, 0) == 0)
        for word in ["number", "fox"] {
            do {
                // All hits where it was built anew.
                #expect([0, whole].contains(try count(index, word)))
            } catch {
                #expect(error is SearchError, "\(error)")
            }
        }
        #expect(try count(try open(file), "fox") == whole)
    }
}
