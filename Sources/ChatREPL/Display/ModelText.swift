import ChatCore
import Foundation

/// A model in words.
package enum ModelText {
    /// The stack in a few words: `gated-delta 192 ×2 + copy head 64 + pointer head 32`.
    package static func shape(_ configuration: ModelConfiguration) -> String {
        var groups: [(name: String, count: Int)] = []
        for layer in configuration.layers {
            let name = "\(layer.cell.rawValue) \(layer.hiddenSize)"
            if groups.last?.name == name {
                groups[groups.count - 1].count += 1
            } else {
                groups.append((name, 1))
            }
        }
        if let size = configuration.copyHeadSize {
            groups.append((phrase("copy head %@", size), 1))
        }
        if let size = configuration.pointerHead?.keySize {
            groups.append((phrase("pointer head %@", size), 1))
        }
        return groups.map { $0.count == 1 ? $0.name : "\($0.name) ×\($0.count)" }
            .joined(separator: " + ")
    }

    /// Everything worth knowing about a model, in lines.
    /// - Parameter width: columns that a value is broken to, below its beginning.
    package static func description(_ model: ChatModel, width: Int = .max) -> String {
        let configuration = model.network.configuration
        let state = configuration.stateSize * MemoryLayout<Float>.size
        var rows: [(String, String)] = [
            (phrase("layers"), shape(configuration)),
            (phrase("parameters"), "\(grouped(configuration.parameterCount))"),
            (
                phrase("state"),
                phrase("%@ bytes, the same however long the conversation", grouped(state))
            ),
            (
                phrase("learned"),
                model.format == .dialogue
                    ? phrase("dialogues") : phrase("plain text, continued line by line")
            ),
            (phrase("alphabet"), phrase("%@ symbols", model.alphabet.count)),
            (phrase("hash"), model.hash),
        ]
        if let training = model.training { rows += self.rows(of: training) }
        let column = (rows.map { DisplayWidth.of($0.0) }.max() ?? 0) + 2
        return rows.map { name, value in
            TextWrap.paragraphs(
                TextWrap.padded(name, column) + VisibleText.oneLine(value), width: width,
                hanging: column)
        }.joined(separator: "\n")
    }

    private static func rows(of training: TrainingRecord) -> [(String, String)] {
        if let origin = training.imported {
            return [
                (phrase("weights"), phrase("imported from %@", origin.file)),
                (phrase("like"), phrase("model %@", origin.like.prefix(12))),
            ]
        }
        let dropout = training.dropout.map { phrase(", dropout %@", $0) } ?? ""
        let fill = training.fill.map { phrase(", %@ of it filling gaps", $0) } ?? ""
        var rows: [(String, String)] = [
            (phrase("corpus"), training.corpus.joined(separator: ", ")),
            (
                phrase("trained"),
                phrase(
                    "%@ steps, %@, %@ s, seed %@", grouped(training.steps),
                    amount(training),
                    grouped(whole(training.seconds, in: 0...1_000_000_000)), training.seed)
                    + dropout + fill
            ),
        ]
        if let loss = training.validationLoss {
            let bits = loss / log(2)
            rows.append(
                (
                    phrase("validation"),
                    training.symbols == nil
                        ? phrase("%@ nats, %@ bits per symbol", fixed(loss, 4), fixed(bits, 4))
                        : phrase("%@ nats, %@ bits per character", fixed(loss, 4), fixed(bits, 4))
                ))
        }
        return rows
    }

    /// How much was read; symbols only where they are more than characters, or all that is on record.
    private static func amount(_ training: TrainingRecord) -> String {
        guard let symbols = training.symbols else {
            return phrase("%@ symbols", grouped(training.characters))
        }
        let characters = phrase("%@ characters", grouped(training.characters))
        return symbols == training.characters
            ? characters : phrase("%@ in %@ symbols", characters, grouped(symbols))
    }

    /// `1234567` as `1,234,567`.
    package static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var result = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return result
    }

    /// The nearest whole number in `range`; its lower bound for what is not a number.
    package static func whole(_ value: Double, in range: ClosedRange<Int>) -> Int {
        guard !value.isNaN else { return range.lowerBound }
        let (low, high) = (Double(range.lowerBound), Double(range.upperBound))
        return Int(max(low, min(high, value.rounded())))
    }

    /// A number as short as it can be: `1`, `0.7`.
    package static func short(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// A number with a fixed count of decimals, whatever the locale.
    package static func fixed(_ value: Double, _ decimals: Int) -> String {
        String(format: "%.\(decimals)f", value)
    }
}
