import ChatCore
import ChatSearch
import Foundation

/// What `/search` and `/compare` look in; opened when it is first needed, and again when its files
/// changed.
package final class WorldFinder {
    private let files: [URL]
    private let encoding: String?
    private let environment: [String: String]
    private let isKept: Bool
    private var opened: SearchIndex?

    /// - Parameters:
    ///   - files: what is searched; none: the shipped world.
    ///   - encoding: of files that are not UTF-8.
    ///   - isKept: false leaves no index on disk.
    package init(
        files: [URL] = [], encoding: String? = nil, environment: [String: String], isKept: Bool
    ) {
        self.files = files
        self.encoding = encoding
        self.environment = environment
        self.isKept = isKept
    }

    /// - Parameter interrupts: asked while the index is built.
    /// - Throws: `CommandFailure`, also when stopped; `SearchError`, `CorpusError`, `LessonError`.
    package func index(interrupts: any Interrupts) throws -> SearchIndex {
        if let opened, opened.isCurrent { return opened }
        let index = try SearchOpener.open(
            files, encoding: encoding, environment: environment, isKept: isKept,
            interrupts: interrupts)
        opened = index
        return index
    }
}
