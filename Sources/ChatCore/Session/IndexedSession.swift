import Foundation

/// What a catalogue knows of one transcript.
package struct IndexedSession {
    package private(set) var model = ""
    package private(set) var turnCount = 0
    package private(set) var opening = ""
    package private(set) var problem: String?
    /// Everything that was said by either side, undone or not, in NFC, apart by newlines.
    package private(set) var text = ""
    /// `text` in lower case.
    package private(set) var folded = ""

    /// Reads a transcript; one that cannot be read has its problem instead.
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
            folded = text.lowercased()
        } catch {
            problem = "\(error)"
        }
    }

    /// The line in which `wanted` (lower case) stands, cut to some words around it.
    package static func excerpt(_ text: String, around wanted: String) -> String {
        let first = wanted.split(separator: "\n", omittingEmptySubsequences: false).first ?? ""
        let line =
            text.split(separator: "\n").first { $0.lowercased().contains(first) } ?? Substring(text)
        guard let place = line.range(of: first, options: .caseInsensitive) else {
            return VisibleText.line(String(line), limit: 80)
        }
        let start = line.index(place.lowerBound, offsetBy: -30, limitedBy: line.startIndex)
        let from = start ?? line.startIndex
        let cut = VisibleText.line(String(line[from...]), limit: 80)
        return from > line.startIndex ? "…" + cut : cut
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
