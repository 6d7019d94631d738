/// Sees that a reply goes round in a circle: its last symbols are one piece again and again, at least
/// `leastTimes` times and over at least `leastLength` symbols.
package struct Repetition {
    /// The longest piece that is looked for, in symbols.
    package static let longestPiece = 64
    package static let leastTimes = 8
    package static let leastLength = 48

    /// The last `longestPiece` symbols, the newest at `count - 1` modulo that.
    private var latest = [Symbol](repeating: 0, count: longestPiece)
    private var count = 0
    /// For each length of a piece, from 1: how many of the last symbols are what stood that far before.
    private var same = [Int](repeating: 0, count: longestPiece)

    package init() {}

    /// Takes the next symbol; true when the reply repeats itself.
    package mutating func take(_ symbol: Symbol) -> Bool {
        var isCircle = false
        for length in 1...min(Self.longestPiece, max(count, 1)) where length <= count {
            let before = latest[(count - length) % Self.longestPiece]
            same[length - 1] = before == symbol ? same[length - 1] + 1 : 0
            let covered = same[length - 1] + length
            isCircle = isCircle || covered >= max(Self.leastLength, Self.leastTimes * length)
        }
        latest[count % Self.longestPiece] = symbol
        count += 1
        return isCircle
    }
}
