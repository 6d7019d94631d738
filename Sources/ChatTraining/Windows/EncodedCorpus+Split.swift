import ChatCore
import ChatCorpus

extension EncodedCorpus {
    /// What of a corpus is held out of training.
    public enum HeldOut: String, Sendable, CaseIterable {
        /// A sample over the whole of it: dialogues, or spans of text.
        case spread
        /// The last part.
        case end
    }

    /// Spans that are held out of a text.
    static let mostSpans = 16
    /// The shortest span, where the text is long enough, so that what stands before a character counts.
    private static let shortestSpan = 2_048

    /// Splits off `validation` (0...0.9) of the text, or of the dialogues. Text is cut between characters,
    /// so the validation part may be a few symbols shorter.
    /// - Parameter seed: of the sample.
    /// - Throws: `CorpusError` when the symbol file cannot be read.
    public func split(
        validation: Double, from place: HeldOut = .end, seed: UInt64 = 1
    ) throws -> (training: EncodedCorpus, validation: EncodedCorpus) {
        let share = validation.isFinite ? min(max(validation, 0), 0.9) : 0
        switch format {
        case .text: return try splitText(share, place, seed)
        case .dialogue: return splitDialogues(share, place, seed)
        }
    }

    private func splitDialogues(
        _ share: Double, _ place: HeldOut, _ seed: UInt64
    ) -> (training: EncodedCorpus, validation: EncodedCorpus) {
        let total = dialogueStarts.count
        let kept = Int(Double(total) * (1 - share))
        var isHeld = [Bool](repeating: false, count: total)
        switch place {
        case .end: for index in kept..<total { isHeld[index] = true }
        case .spread:
            var order = Array(0..<total)
            var random = RandomStream(seed: seed, branch: 0x7E57)
            random.shuffle(&order)
            for index in order[kept...] { isHeld[index] = true }
        }
        return (part { !isHeld[$0] }, part { isHeld[$0] })
    }

    /// The dialogues that `belongs` says yes to.
    private func part(_ belongs: (Int) -> Bool) -> EncodedCorpus {
        var pieces: [Range<Int>] = []
        var starts: [Int] = []
        var total = 0
        for index in dialogueStarts.indices where belongs(index) {
            let end = index + 1 < dialogueStarts.count ? dialogueStarts[index + 1] : count
            starts.append(total)
            total += end - dialogueStarts[index]
            Self.add(dialogueStarts[index]..<end, to: &pieces)
        }
        return part(pieces, dialogueStarts: starts)
    }

    private static func add(_ range: Range<Int>, to pieces: inout [Range<Int>]) {
        if let last = pieces.last, last.upperBound == range.lowerBound {
            pieces[pieces.count - 1] = last.lowerBound..<range.upperBound
        } else if !range.isEmpty {
            pieces.append(range)
        }
    }

    private func splitText(
        _ share: Double, _ place: HeldOut, _ seed: UInt64
    ) throws -> (training: EncodedCorpus, validation: EncodedCorpus) {
        let length = Double(count) * share
        let spans =
            place == .end
            ? 1 : max(1, min(Self.mostSpans, Int(length) / Self.shortestSpan))
        var random = RandomStream(seed: seed, branch: 0x7E57)
        var training: [Range<Int>] = []
        var held: [Range<Int>] = []
        var before = 0
        for span in 0..<spans {
            let section = count * span / spans..<count * (span + 1) / spans
            let size = Int(Double(section.count) * share)
            let room = section.count - size
            let offset = place == .end ? room : random.index(below: room + 1)
            let start = try characterStart(section.lowerBound + offset)
            let end =
                place == .end && span == spans - 1
                ? count : try characterStart(section.lowerBound + offset + size)
            guard start >= before, end > start else { continue }
            Self.add(before..<start, to: &training)
            held.append(start..<end)
            before = end
        }
        Self.add(before..<count, to: &training)
        return (part(training, dialogueStarts: []), part(held, dialogueStarts: []))
    }

    /// The nearest place from `cut` on at which a character begins.
    private func characterStart(_ cut: Int) throws -> Int {
        guard cut > 0, cut < count else { return max(0, min(cut, count)) }
        let near = max(0, cut - 64)..<min(count, cut + 64)
        let starts = try zip(near, symbols(in: near)).filter { alphabet.startsCharacter($0.1) }
            .map(\.0)
        return starts.first { $0 >= cut } ?? starts.last ?? cut
    }

    /// A corpus of parts of this one, given by their places in it.
    private func part(_ ranges: [Range<Int>], dialogueStarts: [Int]) -> EncodedCorpus {
        var inner: [Range<Int>] = []
        for range in ranges {
            var place = range.lowerBound
            var index = starts.partitioningIndex { $0 > place } - 1
            while place < range.upperBound {
                let start = pieces[index].lowerBound + place - starts[index]
                let end = min(pieces[index].upperBound, start + range.upperBound - place)
                Self.add(start..<end, to: &inner)
                place += end - start
                index += 1
            }
        }
        return EncodedCorpus(
            format: format, alphabet: alphabet, hash: hash, fileNames: fileNames,
            dialogueStarts: dialogueStarts, storage: storage, pieces: inner, notes: notes)
    }

    /// At most `limit` symbols, the same share of every piece from its beginning; no character of half-bytes
    /// is cut.
    func sample(limit: Int) throws -> [Symbol] {
        guard count > limit, count > 0 else { return try symbols(in: 0..<count) }
        var sample: [Symbol] = []
        for (index, piece) in pieces.enumerated() {
            let length = Int(Double(piece.count) * Double(limit) / Double(count))
            let part = try symbols(in: starts[index]..<starts[index] + length)
            var counter = CharacterCounter()
            var whole = 0
            for (place, symbol) in part.enumerated() {
                counter.counts(symbol, in: alphabet)
                if counter.isWhole { whole = place + 1 }
            }
            sample += part[..<whole]
        }
        return sample
    }

    /// Characters of all of it, as a reader counts them; the marks of dialogues count one each.
    /// - Throws: `CorpusError` when the symbol file cannot be read.
    public func characterCount() throws -> Int {
        var counter = CharacterCounter()
        var characters = 0
        for start in stride(from: 0, to: count, by: 1 << 16) {
            for symbol in try symbols(in: start..<min(count, start + 1 << 16))
            where counter.counts(symbol, in: alphabet) {
                characters += 1
            }
        }
        return characters
    }

    /// How many spans of text, or 1.
    public var spanCount: Int { max(1, pieces.count) }

    /// Whether nearly every dialogue is a single exchange: a question and its answer.
    public func isOfPairs() throws -> Bool {
        guard !dialogueStarts.isEmpty else { return false }
        let step = max(1, dialogueStarts.count / 2_000)
        var pairs = 0
        var looked = 0
        for index in stride(from: 0, to: dialogueStarts.count, by: step) {
            let exchanges = try dialogue(index).count { $0 == Alphabet.endMark }
            looked += 1
            if exchanges == 1 { pairs += 1 }
        }
        return pairs * 10 >= looked * 9
    }
}

extension Array {
    /// The first index from which on `belongs` is true; elements are ordered by it.
    func partitioningIndex(_ belongs: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
