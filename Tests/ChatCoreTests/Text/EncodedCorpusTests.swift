import ChatCore
import ChatTraining
import Foundation
import Testing

@Suite struct EncodedCorpusTests {
    private let folder: TemporaryFolder
    private let cache: URL
    init() throws {
        folder = try TemporaryFolder()
        cache = folder.url.appendingPathComponent("cache")
    }

    private func open(_ file: URL, alphabet: Alphabet? = nil) throws -> EncodedCorpus {
        try EncodedCorpus.open(
            files: [file], alphabet: alphabet, cacheFolder: cache, memoryLimit: 0)
    }

    private func symbols(_ corpus: EncodedCorpus) throws -> [Symbol] {
        try corpus.symbols(in: 0..<corpus.count)
    }

    private func cached() throws -> URL {
        let name = try #require(folder.contents("cache").first)
        return cache.appendingPathComponent(name)
    }

    @Test func aSymbolFileHoldsWhatMemoryWould() throws {
        let text = try folder.write("a.txt", WindowTests.text(700_000))
        #expect(try symbols(open(text)) == symbols(EncodedCorpus.open(files: [text])))
        let table = try folder.write(
            "a.tsv", (0..<30_000).map { "question \($0)\tanswer \($0)\n" }.joined())
        for _ in 0..<2 {
            let inFile = try open(table)
            let inMemory = try EncodedCorpus.open(files: [table])
            #expect(try symbols(inFile) == symbols(inMemory))
            #expect(inFile.dialogueStarts == inMemory.dialogueStarts)
            #expect(inFile.alphabet == inMemory.alphabet)
        }
        #expect(try folder.contents("cache").count == 2)
    }

    @Test func aChangedCorpusNeverMeetsAnOldSymbolFile() throws {
        let file = try folder.write("a.txt", "abcabc")
        #expect(try open(file).text() == "abcabc")
        try folder.write("a.txt", "abdabd")
        #expect(try open(file).text() == "abdabd")
        let few = Alphabet(scalars: "ab".unicodeScalars)
        #expect(try open(file, alphabet: few).alphabet == few)
        #expect(try open(file).alphabet.scalars.count == 3)
        #expect(try folder.contents("cache").count == 3)
    }

    @Test func aDamagedSymbolFileIsMadeAnewOrRefused() throws {
        let file = try folder.write("a.txt", "abcabcabc")
        _ = try open(file)
        let good = try Data(contentsOf: cached())
        for length in 0..<good.count {
            try good.prefix(length).write(to: cached())
            #expect(try open(file).text() == "abcabcabc")
            #expect(try Data(contentsOf: cached()) == good)
        }
        var random = RandomStream(seed: 1)
        for _ in 0..<500 {
            var bad = good
            bad[random.index(below: bad.count)] ^= UInt8(1 << random.index(below: 8))
            try bad.write(to: cached())
            // A flipped bit may still spell text of this alphabet; it never gives another symbol.
            do {
                let corpus = try open(file)
                #expect(try symbols(corpus).allSatisfy { Int($0) < corpus.alphabet.count })
            } catch is CorpusError {}
            try FileManager.default.removeItem(at: cached())
            _ = try open(file)
        }
    }

    @Test func theCacheKeepsTheLatestFewAndNothingUnfinished() throws {
        for number in 0..<7 { _ = try open(folder.write("a.txt", "text \(number)")) }
        let names = try folder.contents("cache")
        #expect(names.count == 4)
        #expect(names.allSatisfy { $0.hasSuffix(".symbols") })
        #expect(throws: CorpusError.self) { try open(folder.write("b.txt", [0x61, 0xFF])) }
        #expect(try folder.contents("cache") == names)
        let mode = try FileManager.default.attributesOfItem(atPath: cached().path)[
            .posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test func whereNoCacheCanBeTheCorpusIsKeptInMemory() throws {
        let file = try folder.write("a.txt", "abc")
        for place in [file.appendingPathComponent("x"), URL(fileURLWithPath: "/proc/none")] {
            let corpus = try EncodedCorpus.open(files: [file], cacheFolder: place, memoryLimit: 0)
            #expect(try corpus.text() == "abc")
        }
    }

    @Test func textIsSplitAtItsLastPart() throws {
        let text = WindowTests.text(1000)
        let corpus = EncodedCorpus(text: text, alphabet: WindowTests.alphabet)
        let (training, validation) = try corpus.split(validation: 0.1)
        #expect(try training.text() + validation.text() == text)
        #expect(validation.count == 100)
        #expect(try corpus.split(validation: 0).validation.count == 0)
        #expect(try corpus.split(validation: .nan).validation.count == 0)
        #expect(try corpus.split(validation: 7).training.count > 0)
        // A part can be split again.
        let (first, second) = try validation.split(validation: 0.5)
        #expect(try first.text() + second.text() == validation.text())
    }

    @Test func textIsNeverSplitWithinACharacter() throws {
        let alphabet = Alphabet(scalars: "한글 ".unicodeScalars)
        let text = String(repeating: "한글 é😀", count: 20)
        let corpus = EncodedCorpus(text: text, alphabet: alphabet)
        for percent in 1..<90 {
            let (training, validation) = try corpus.split(validation: Double(percent) / 100)
            #expect(try training.text() + validation.text() == text)
        }
    }

    @Test func dialoguesAreSplitBetweenDialogues() throws {
        let corpus = WindowTests.corpus()
        let (training, validation) = try corpus.split(validation: 0.2)
        #expect(training.dialogueStarts.count == 13)
        #expect(validation.dialogueStarts.count == 4)
        #expect(validation.dialogueStarts.first == 0)
        #expect(try training.exchanges() + validation.exchanges() == corpus.exchanges())
    }

    @Test func windowsFromASymbolFileAreThoseFromMemory() throws {
        let file = try folder.write("a.txt", WindowTests.text(5000))
        let inFile = try TextWindows(corpus: open(file), batch: 3, time: 17)
        let inMemory = try TextWindows(
            corpus: EncodedCorpus.open(files: [file]), batch: 3, time: 17)
        #expect(try WindowTests.windows(inFile, 400) == WindowTests.windows(inMemory, 400))
    }
}
