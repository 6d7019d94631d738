import ChatCore
import ChatSearch
import ChatTraining
import Foundation
import Testing

/// The catalogue without an index is the naive twin of the one with.
@Suite("A catalogue of sessions")
struct CatalogueTests {
    let places: TemporaryPlaces
    let generator: ReplyGenerator

    init() throws {
        places = try TemporaryPlaces()
        generator = try TinyModel.generator()
    }

    private func save(_ name: String, _ lines: String...) throws {
        let session = try places.store.create(name, generator: generator, settings: quickSettings)
        for line in lines { try session.say(line) }
        session.close()
    }

    @Test("lists and finds the same with an index and without, also of a damaged session")
    func twins() throws {
        for number in 0..<20 {
            try save("talk \(number)", "Line \(number)", "나무 TREE \(number % 3)")
        }
        try FileManager.default.createDirectory(
            at: places.places.sessionsFolder, withIntermediateDirectories: true)
        try Data("{".utf8).write(to: try places.store.url("damaged"))
        let reading = SessionStore(places: places.places)
        let indexed = places.store
        #expect(try reading.list().count == 21)
        #expect(try reading.list() == indexed.list())
        for (text, limit) in [
            ("tree 1", 50), ("나무", 50), ("LINE 7", 1), ("", 5), ("none", 5), ("ｔｒｅｅ", 50),
        ] {
            #expect(try reading.search(text, limit: limit) == indexed.search(text, limit: limit))
        }
        #expect(try reading.search("tree", limit: 3).count == 3)
    }

    @Test("what was deleted stays in no index, whoever deletes it")
    func deleted() throws {
        try save("secret", "xyzzy")
        #expect(try places.store.search("xyzzy").count == 1)
        try SessionStore(places: places.places).delete("secret")
        let index = try? Data(contentsOf: places.places.sessionIndexFile)
        #expect(index?.firstRange(of: Data("xyzzy".utf8)) == nil)
    }

    #if os(Linux)
        /// What OpenMP says; oneDNN, which training opens, brings it.
        private static var threadCount: (@convention(c) () -> Int32)? {
            guard MatrixProduct.isAvailable, let symbol = dlsym(nil, "omp_get_max_threads") else {
                return nil
            }
            typealias Count = @convention(c) () -> Int32
            return unsafeBitCast(symbol, to: Count.self)
        }

        @Test(
            "listing many sessions leaves the threads of OpenMP as they were",
            .enabled(if: threadCount != nil))
        func threads() throws {
            let count = try #require(Self.threadCount)
            for number in 0..<20 { try save("talk \(number)", "hi") }
            let before = count()
            _ = try places.store.list()
            _ = try SessionStore(places: places.places).list()
            #expect(count() == before)
        }
    #endif
}
