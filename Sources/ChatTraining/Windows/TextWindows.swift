import ChatCore
import Foundation

/// Training windows over running text: `batch` lanes, evenly spaced, each of which reads the whole
/// text round and round. The state is carried from window to window, and starts anew where a lane
/// comes back to the beginning.
package struct TextWindows: WindowSource {
    package let batch: Int
    package let time: Int
    private let corpus: EncodedCorpus
    /// Steps done by every lane.
    private var steps = 0

    /// - Throws: `CorpusError.tooSmall` when the text does not fill one window of one lane.
    package init(corpus: EncodedCorpus, batch: Int, time: Int) throws {
        guard corpus.count > time else {
            throw CorpusError.tooSmall(symbols: corpus.count, needed: time + 1)
        }
        self.corpus = corpus
        self.batch = batch
        self.time = time
    }

    /// Pairs of a symbol and its successor.
    package var symbolsPerEpoch: Int? { corpus.count - 1 }

    package mutating func next(into window: inout TrainingWindow) throws {
        precondition(
            window.batch == batch && window.time == time, "a window of this source's shape")
        let pairs = corpus.count - 1
        for lane in 0..<batch {
            var place = (lane * pairs / batch + steps) % pairs
            var t = 0
            while t < time {
                let run = min(time - t, pairs - place)
                let symbols = try corpus.symbols(in: place..<place + run + 1)
                for i in 0..<run {
                    let index = (t + i) * batch + lane
                    window.inputs[index] = Int32(symbols[i])
                    window.targets[index] = Int32(symbols[i + 1])
                    window.weights[index] = 1
                    window.resets[index] = false
                }
                if place == 0 || steps + t == 0 {
                    window.resets[t * batch + lane] = true
                }
                t += run
                place = (place + run) % pairs
            }
        }
        steps += time
    }

    private struct Position: Codable {
        var kind = "text"
        var batch: Int
        var length: Int
        var steps: Int
    }

    package var position: Data {
        Positions.encode(Position(batch: batch, length: corpus.count, steps: steps))
    }

    package mutating func restore(_ position: Data) throws {
        let saved = try Positions.decode(Position.self, from: position)
        guard saved.kind == "text", saved.batch == batch, saved.length == corpus.count,
            (0...Int.max / 2).contains(saved.steps)
        else { throw CorpusError.position("it belongs to another corpus or batch size") }
        steps = saved.steps
    }
}

/// How the window sources write their positions: JSON with sorted keys.
enum Positions {
    static func encode(_ position: some Encodable) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Positions hold integers, booleans and text only, which JSON can always say.
        return (try? encoder.encode(position)) ?? Data()
    }

    static func decode<P: Decodable>(_ type: P.Type, from data: Data) throws -> P {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw CorpusError.position("it cannot be read")
        }
    }
}
