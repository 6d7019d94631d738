import Foundation

/// Where words begin in a line without spaces, by what its characters cost whoever expects them.
///
/// Within a word the next character is easily told, at its end hardly (Elman 1990, "Finding structure in
/// time"; for infants who hear syllables, Saffran, Aslin and Newport 1996). No cut is made before a mark that
/// ends something, such as a full stop.
package enum WordCuts {
    /// Cuts where the values rise by more than `least`, to above `floor`; as many values as characters.
    /// - Returns: the characters before which a cut is made, ascending; never the first.
    package static func rises(
        _ values: [Double], by least: Double, above floor: Double = 0, in line: [Character]
    ) -> [Int] {
        places(in: line).filter { values[$0] > floor && values[$0] - values[$0 - 1] > least }
    }

    /// Cuts at the local maxima; as many values as characters.
    /// - Returns: as `rises`.
    package static func peaks(_ values: [Double], in line: [Character]) -> [Int] {
        places(in: line).filter { place in
            let next = place + 1 < values.count ? values[place + 1] : -.infinity
            return values[place] > values[place - 1] && values[place] >= next
        }
    }

    /// The characters before which a cut may be made.
    package static func places(in line: [Character]) -> [Int] {
        line.indices.dropFirst().filter { place in
            switch line[place].unicodeScalars.first?.properties.generalCategory {
            case .otherPunctuation, .closePunctuation, .finalPunctuation: false
            default: true
            }
        }
    }
}

/// How cuts agree with the true spaces, over many lines.
package struct CutScore: Sendable, Equatable {
    /// Cuts made, places where a space was, and how many are both.
    package private(set) var cuts = 0.0
    package private(set) var spaces = 0.0
    package private(set) var right = 0.0

    package init() {}

    /// Counts a line: both ascending.
    package mutating func add(cuts: [Int], spaces: [Int]) {
        self.cuts += Double(cuts.count)
        self.spaces += Double(spaces.count)
        right += Double(Set(cuts).intersection(spaces).count)
    }

    /// Of the cuts, the share that is right, 0 to 1.
    package var precision: Double { cuts > 0 ? right / cuts : 0 }
    /// Of the spaces, the share that was found, 0 to 1.
    package var recall: Double { spaces > 0 ? right / spaces : 0 }
    /// Their harmonic mean, 0 to 1.
    package var f1: Double { cuts + spaces > 0 ? 2 * right / (cuts + spaces) : 0 }
}
