import ChatCore

/// Gives the dialogues of a file one after another, and counts what it leaves out.
package protocol DialogueReader {
    /// The next dialogue; nil at the end.
    /// - Throws: `CorpusError`.
    mutating func next() throws -> Dialogue?
    /// What was left out so far.
    var leftOut: CorpusNote.LeftOutCounts { get }
    /// What the file turned out to be, where its form does not say it all.
    var shape: String? { get }
}

extension DialogueReader {
    var shape: String? { nil }
}

/// Gives a text part by part; NFC of the parts put together is the NFC of the text.
package protocol BlockReader {
    mutating func next() throws -> String?
    var leftOut: CorpusNote.LeftOutCounts { get }
}

extension CorpusNote {
    /// What a reader has left out.
    package struct LeftOutCounts: Sendable {
        private(set) var all: [LeftOut] = []

        mutating func add(_ what: String, line: Int? = nil, count: Int = 1) {
            guard count > 0 else { return }
            if let index = all.firstIndex(where: { $0.what == what }) {
                all[index].count += count
            } else {
                all.append(LeftOut(what: what, count: count, line: line))
            }
        }
    }
}

extension TextBlocks: BlockReader {
    package var leftOut: CorpusNote.LeftOutCounts { CorpusNote.LeftOutCounts() }
}

/// The lines of a text, each with its line end, some changed or left out on the way.
struct LineBlocks: BlockReader {
    private var lines: CorpusLines
    private let change: (String) -> String?
    let leftOut = CorpusNote.LeftOutCounts()

    /// - Parameter change: what becomes of a line; nil leaves it out.
    init(_ file: CorpusFile, change: @escaping (String) -> String?) {
        lines = CorpusLines(file)
        self.change = change
    }

    mutating func next() throws -> String? {
        while let line = try lines.next() {
            if let changed = change(line.text) { return line.isClosed ? changed + "\n" : changed }
        }
        return nil
    }
}

/// A text that is held whole, given out as one block.
struct WholeText: BlockReader {
    private var text: String?
    let leftOut: CorpusNote.LeftOutCounts

    init(_ text: String, leftOut: CorpusNote.LeftOutCounts = .init()) {
        self.text = text.isEmpty ? nil : text
        self.leftOut = leftOut
    }

    mutating func next() -> String? {
        defer { text = nil }
        return text
    }
}
