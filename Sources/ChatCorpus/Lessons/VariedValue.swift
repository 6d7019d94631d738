import ChatCore

/// Values that no list holds, made from those that do: a letter exchanged, or words of several values put
/// together. A list has a few hundred values, few enough to be learned by heart, and a model that has
/// learned them completes a new one to an old one ("caramel" to "carrot"). Where any word may stand, only
/// copying helps.
package struct VariedValue: Sendable {
    /// In a hundred values: those with a letter exchanged, and those put together.
    private static let (exchanged, composed) = (6, 8)

    /// Every word of the open lists' training values, in the order of the lists' names.
    private let words: [String]

    package init(_ lists: [String: ValueList]) {
        words = lists.sorted { $0.key < $1.key }.flatMap { _, list in
            list.isClosed
                ? []
                : list.training.flatMap { $0.split(separator: " ") }.filter(Self.canStandAlone)
                    .map(String.init)
        }
    }

    /// Not "the" or "of", which no value would be.
    private static func canStandAlone(_ word: Substring) -> Bool {
        word.count > 3 || !(word.first?.isLowercase ?? false)
    }

    /// `value` itself, or now and then another in its place; never one that is held out.
    package func vary(_ value: String, random: inout RandomStream) -> String {
        let draw = random.index(below: 100)
        var varied = value
        if draw < Self.exchanged {
            varied = Self.exchangeLetter(value, random: &random)
        } else if draw < Self.exchanged + Self.composed, !words.isEmpty {
            let count = [1, 1, 1, 2, 2, 2, 2, 3][random.index(below: 8)]
            varied = (0..<count).map { _ in random.pick(words) }.joined(separator: " ")
        }
        return HeldOut.contains(varied) ? value : varied
    }

    /// One letter replaced by another of its script and case.
    private static func exchangeLetter(_ value: String, random: inout RandomStream) -> String {
        var scalars = Array(value.unicodeScalars)
        let places = scalars.indices.filter { replacement(for: scalars[$0], 0) != nil }
        guard !places.isEmpty else { return value }
        let place = random.pick(places)
        if let new = replacement(for: scalars[place], random.below(1 << 32)) {
            scalars[place] = new
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    /// The letter that a number stands for in the place of another; nil where that is no letter.
    private static func replacement(for scalar: Unicode.Scalar, _ number: UInt64) -> Unicode.Scalar?
    {
        func letter(_ first: Unicode.Scalar, of count: UInt64) -> Unicode.Scalar? {
            Unicode.Scalar(first.value + UInt32(number % count))
        }
        switch scalar {
        case "a"..."z": return letter("a", of: 26)
        case "A"..."Z": return letter("A", of: 26)
        case "가"..."힣":
            // Another vowel, so that the syllable stays one that is written.
            return Unicode.Scalar(
                Hangul.exchangingVowel(of: scalar.value, number: Int(number % 6)))
        default: return nil
        }
    }
}
