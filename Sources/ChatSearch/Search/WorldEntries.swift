import ChatCore
import ChatCorpus
import Foundation

/// The shipped model's world as entries: one for each fact, line of small talk, topic of the lecture
/// and word pair of a lesson folder. What depends on a conversation or is not known has no entry.
///
/// An entry is a question, its answer, other names of what it is about, and the words of all the
/// phrasings of training: search is given every way of asking that the model was taught, and none that
/// is held out.
package struct WorldEntries: Sendable, Equatable {
    package var entries: [SearchEntry]

    /// The first line of a file of entries; the number is raised when its form changes.
    static let heading = "# charchat world 1"

    /// Makes the entries of a lesson folder, in the order of its courses and lessons.
    package init(_ lessons: LessonFolder) {
        entries = []
        var seen: Set<String> = []
        var phrasings: [String] = []
        var wording = ""
        for lesson in lessons.entries
        where seen.insert("\(lesson.question)\t\(lesson.answer)").inserted {
            // The rows of a fact share their phrasings.
            if lesson.phrasings != phrasings {
                phrasings = lesson.phrasings
                wording = Self.distinctWords(phrasings)
            }
            entries.append(
                SearchEntry(
                    text: lesson.question, answer: lesson.answer, names: lesson.names,
                    wording: wording))
        }
    }

    private static func distinctWords(_ lines: some Sequence<String>) -> String {
        var seen: Set<String> = []
        var kept: [String] = []
        var segmenter = SearchSegmenter()
        for line in lines {
            for word in segmenter.segments(of: line).words.map(\.folded)
            where seen.insert(word).inserted {
                kept.append(word)
            }
        }
        return kept.joined(separator: " ")
    }
}

// MARK: - The file

extension WorldEntries {
    /// The entries as text: after the heading, lines `@<tab>wording`, each used by the entries
    /// behind it, and lines `question<tab>answer<tab>names`.
    package func encoded() -> String {
        var text =
            Self.heading + "\n# Made from corpus/ by the tests (RECORD_GOLDENS=1); do not edit.\n"
        var wording = ""
        for entry in entries {
            if entry.wording != wording {
                wording = entry.wording
                text += "@\t\(wording)\n"
            }
            text += "\(entry.text)\t\(entry.answer ?? "")\t\(entry.names)\n"
        }
        return text
    }

    /// Whether a file is one of entries.
    /// - Throws: `CorpusError`.
    static func isWorld(_ url: URL) throws -> Bool {
        let file = try CorpusFile(url)
        return try file.bytes(at: 0, count: heading.utf8.count).elementsEqual(heading.utf8)
    }

    /// Reads a file of entries.
    /// - Throws: `CorpusError`, `SearchError.world`.
    package init(file url: URL) throws {
        let file = try CorpusFile(url)
        var lines = CorpusLines(file)
        var wording = ""
        entries = []
        while let line = try lines.next() {
            if line.text.hasPrefix("#") || line.text.isEmpty { continue }
            let cells = line.text.split(separator: "\t", omittingEmptySubsequences: false)
            if cells.count == 2, cells[0] == "@" {
                wording = String(cells[1])
            } else if cells.count == 3 {
                entries.append(
                    SearchEntry(
                        text: String(cells[0]), answer: String(cells[1]), names: String(cells[2]),
                        wording: wording, file: url.lastPathComponent, line: line.number))
            } else {
                throw SearchError.world(
                    file: url.lastPathComponent, line: line.number,
                    problem: "\(cells.count) cells where 2 or 3 are expected")
            }
        }
    }
}
