import ChatCore
import ChatSearch
import Foundation

/// Opens what is searched.
package enum SearchOpener {
    package static let worldName = "world.tsv"

    /// The index over `files`, or over the shipped world where none are given.
    /// - Parameters:
    ///   - encoding: of files that are not UTF-8.
    ///   - columns: of tables, question and answer.
    ///   - isKept: false leaves nothing on disk.
    /// - Throws: `CommandFailure`, `SearchError`, `CorpusError`, `LessonError`.
    package static func open(
        _ files: [URL], encoding: String? = nil, columns: [String] = [],
        environment: [String: String], isKept: Bool = true, interrupts: any Interrupts
    ) throws -> SearchIndex {
        let corpus =
            files.isEmpty
            ? SearchCorpus([try world()])
            : SearchCorpus(files, encoding: encoding, columns: columns)
        let bar = ProgressLine(
            phrase("Indexing %@", corpus.files.map(\.lastPathComponent).joined(separator: ", ")))
        defer { bar.end() }
        let index = try SearchIndex.open(
            corpus, cacheFolder: isKept ? Places(environment: environment).cacheFolder : nil
        ) { share in
            bar.show(share)
            return !interrupts.shouldStop()
        }
        guard let index else { throw CommandFailure(phrase("stopped before the index was ready")) }
        return index
    }

    /// The shipped world, beside the shipped model.
    private static func world() throws -> URL {
        if let found = ShippedFiles.url(worldName) { return found }
        throw CommandFailure(
            phrase(
                "no world came with this charchat (looked for %@ beside it); name what to search with --corpus FILE",
                worldName)
        )
    }
}
