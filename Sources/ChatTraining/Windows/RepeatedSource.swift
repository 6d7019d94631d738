import ChatCore
import ChatCorpus
import Foundation

/// A source that begins anew when it ends.
struct RepeatedSource: Sendable {
    let beginning: any DialogueSource
    var source: any DialogueSource
    var epoch = 0
    var drawn = 0

    init(source: any DialogueSource) {
        beginning = source
        self.source = source
    }

    private struct Nothing: DialogueSource {
        mutating func next() -> Dialogue? { nil }
    }
    static let none = RepeatedSource(source: Nothing())

    mutating func next(_ alphabet: Alphabet) throws -> DialogueFeed.Fed {
        var hasBegunAnew = false
        while true {
            guard let (dialogue, spoiled) = try source.nextToLearn() else {
                if hasBegunAnew { throw CorpusError.noDialogues(file: "the source of dialogues") }
                hasBegunAnew = true
                source = beginning
                epoch += 1
                drawn = 0
                continue
            }
            drawn += 1
            let symbols = dialogue.encoded(with: alphabet)
            guard !symbols.isEmpty else { continue }
            return DialogueFeed.Fed(
                symbols: symbols, spoiled: Self.replies(symbols, of: spoiled))
        }
    }

    /// Where the replies of some exchanges of an encoded dialogue lie, each with the mark that ends it.
    private static func replies(_ symbols: [Symbol], of exchanges: Set<Int>) -> [Range<Int>] {
        guard !exchanges.isEmpty else { return [] }
        var (ranges, exchange, start): ([Range<Int>], Int, Int?) = ([], 0, nil)
        for (index, symbol) in symbols.enumerated() {
            if symbol == Alphabet.assistantMark { start = index + 1 }
            guard symbol == Alphabet.endMark, let begin = start else { continue }
            if exchanges.contains(exchange) { ranges.append(begin..<index + 1) }
            (exchange, start) = (exchange + 1, nil)
        }
        return ranges
    }

    mutating func restore(_ position: DialogueFeed.Position) throws {
        guard (0...DialogueFeed.most).contains(position.epoch),
            (0...DialogueFeed.most).contains(position.drawn)
        else {
            throw CorpusError.position("its counts cannot be")
        }
        source = beginning
        if let place = position.source {
            try source.restore(place)
        } else {
            for _ in 0..<position.drawn where try source.next() == nil {
                throw CorpusError.position("the source of dialogues has become shorter")
            }
        }
        epoch = position.epoch
        drawn = position.drawn
    }
}
