import Foundation

/// A regular expression of a dialogue set, and where it stands.
struct DialoguePattern: Sendable {
    let text: String
    let place: DialogueSet.Place

    /// How often the matcher may report; it does so every 10,000 steps back, and at each place of the reply where
    /// a match could begin. That is a second or so, and counted, so that every machine comes to the same end.
    private static let reports = 500

    /// Whether the pattern is anywhere in a reply, without regard to case.
    ///
    /// Matching goes back and tries again: with a repeat within a repeat, for longer than anybody waits.
    /// - Throws: `DialogueSetError.line` where that takes too much work or memory.
    func matches(_ reply: String) throws -> Bool {
        guard let expression = try? NSRegularExpression(pattern: text, options: .caseInsensitive)
        else { return false }
        let length = reply.utf16.count
        var left = Self.reports + length
        var isFound = false
        var isGivenUp = false
        expression.enumerateMatches(
            in: reply, options: [.reportProgress, .reportCompletion],
            range: NSRange(location: 0, length: length)
        ) { match, flags, stop in
            if match != nil {
                isFound = true
            } else {
                left -= 1
                isGivenUp = left < 0 || flags.contains(.internalError)
            }
            if isFound || isGivenUp { stop.pointee = true }
        }
        guard !isGivenUp else {
            throw DialogueSetError.line(
                file: place.file, line: place.line,
                problem: "'\(text)' takes too much work to match; leave out repeats within repeats")
        }
        return isFound
    }
}

extension DialogueSet.Turn {
    func patterns(_ texts: [String]) -> [DialoguePattern] {
        texts.map { DialoguePattern(text: $0, place: place) }
    }
}

extension DialogueSet {
    /// How a reply says that it does not know: what the set's own turns of that kind accept, and the usual
    /// words in English and Korean.
    var abstentions: [DialoguePattern] {
        let own = entries.flatMap(\.turns).filter { $0.needs == .abstain }
            .flatMap { $0.patterns($0.accept) }
        return Dictionary(own.map { ($0.text, $0) }) { first, _ in first }.values
            .sorted { $0.text < $1.text } + Self.usualAbstentions
    }

    private static let usualAbstentions = ["(do not|don't) know|not told", "모르|안 알려"].map {
        DialoguePattern(text: $0, place: Place())
    }

    /// Whether a reply says in the usual words that it does not know.
    package static func saysItDoesNotKnow(_ reply: String) -> Bool {
        // They repeat nothing, so none of them takes long.
        usualAbstentions.contains { (try? $0.matches(reply)) == true }
    }
}
