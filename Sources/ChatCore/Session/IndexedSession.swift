import Foundation

/// What a catalogue knows of one transcript.
package struct IndexedSession {
    package private(set) var model = ""
    package private(set) var turnCount = 0
    package private(set) var opening = ""
    package private(set) var problem: String?
    /// Everything that either side said, undone or not, in NFC, separated by newlines.
    package private(set) var text = ""
    /// `text` as searches compare it.
    package private(set) var folded = ""

    /// Reads a transcript; for one that cannot be read, the problem is stored instead.
    init(_ url: URL) {
        do {
            let transcript = try Transcript(url)
            model = transcript.model
            turnCount = transcript.turnCount
            let said = transcript.entries.compactMap { entry -> String? in
                switch entry.event {
                case .user(let text), .system(let text): text
                case .assistant(let reply): reply.content
                default: nil
                }
            }
            opening = VisibleText.line(transcript.turns.first?.user ?? said.first ?? "", limit: 80)
            // A zero byte would end the text for SQLite.
            var joined = said.joined(separator: "\n")
            if joined.utf8.contains(0) { joined = joined.replacing("\u{0}", with: " ") }
            text = Normalization.nfc(joined)
            folded = Self.folded(text)
        } catch {
            problem = "\(error)"
        }
    }

    /// A text as it is looked for and looked in: corpora are searched by the same rules.
    package static func folded(_ text: String) -> String {
        var folder = TextFolder()
        return folder.text(of: Normalization.nfc(text))
    }

    /// Whether `wanted`, which is folded, was said.
    func holds(_ wanted: String) -> Bool { folded.utf8.firstRange(of: wanted.utf8) != nil }

    /// The line in which `wanted` (folded) stands, cut to some words around it.
    package static func excerpt(_ text: String, around wanted: String) -> String {
        let first = wanted.unicodeScalars.prefix { $0 != "\n" }
        var folder = TextFolder()
        for line in text.split(separator: "\n").map(String.init) {
            let folded = folder.scalars(of: line)
            guard let place = folded.map(\.scalar).firstRange(of: first) else { continue }
            guard place.lowerBound < folded.count else { break }
            let found = line.utf8.index(
                line.startIndex, offsetBy: folded[place.lowerBound].start)
            let start = line.index(found, offsetBy: -30, limitedBy: line.startIndex)
            let from = start ?? line.startIndex
            let cut = VisibleText.line(String(line[from...]), limit: 80)
            return from > line.startIndex ? "…" + cut : cut
        }
        return VisibleText.line(text, limit: 80)
    }
}

extension IndexedSession {
    /// Reads many transcripts on all cores; the result is in the order of `urls`.
    package static func read(_ urls: [URL]) -> [IndexedSession] {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        guard urls.count >= 16, cores > 1 else { return urls.map { IndexedSession($0) } }
        let parts = Parts()
        let workers = Swift.min(cores, 8)
        PlainThread.concurrently(workers) { worker in
            let range = urls.count * worker / workers..<urls.count * (worker + 1) / workers
            parts.add(urls[range].map { IndexedSession($0) }, at: range.lowerBound)
        }
        return parts.inOrder
    }

    /// What the workers have read, by the place of the first.
    private final class Parts: @unchecked Sendable {
        private let lock = NSLock()
        private var parts: [Int: [IndexedSession]] = [:]

        func add(_ sessions: [IndexedSession], at place: Int) {
            lock.withLock { parts[place, default: []] += sessions }
        }

        var inOrder: [IndexedSession] {
            lock.withLock { parts.sorted { $0.key < $1.key }.flatMap(\.value) }
        }
    }
}
