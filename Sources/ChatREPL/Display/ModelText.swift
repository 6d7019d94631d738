import ChatCore
import Foundation

/// A model in words.
package enum ModelText {
    /// The stack in a few words: `gated-delta 192 ×2 + copy head 64`.
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
        if let size = configuration.copyHeadSize { groups.append(("copy head \(size)", 1)) }
        return groups.map { $0.count == 1 ? $0.name : "\($0.name) ×\($0.count)" }
            .joined(separator: " + ")
    }

    /// Everything worth knowing about a model, in lines.
    package static func description(_ model: ChatModel) -> String {
        let configuration = model.network.configuration
        let state = configuration.stateSize * MemoryLayout<Float>.size
        var rows = [
            ("layers", shape(configuration)),
            ("parameters", "\(grouped(configuration.parameterCount))"),
            ("state", "\(grouped(state)) bytes, the same however long the conversation"),
            (
                "learned",
                model.format == .dialogue ? "dialogues" : "plain text, continued line by line"
            ),
            ("alphabet", "\(model.alphabet.count) symbols"),
            ("hash", model.hash),
        ]
        if let training = model.training { rows += self.rows(of: training) }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { name, value in
            name + String(repeating: " ", count: width - name.count + 2)
                + VisibleText.oneLine(value)
        }.joined(separator: "\n")
    }

    private static func rows(of training: TrainingRecord) -> [(String, String)] {
        if let origin = training.imported {
            return [
                ("weights", "imported from \(origin.file)"),
                ("like", "model \(origin.like.prefix(12))"),
            ]
        }
        let dropout = training.dropout.map { ", dropout \($0)" } ?? ""
        let fill = training.fill.map { ", \($0) of it filling gaps" } ?? ""
        var rows = [
            ("corpus", training.corpus.joined(separator: ", ")),
            (
                "trained",
                "\(grouped(training.steps)) steps, \(grouped(training.characters)) characters, \(grouped(whole(training.seconds, in: 0...1_000_000_000))) s, seed \(training.seed)\(dropout)\(fill)"
            ),
        ]
        if let loss = training.validationLoss {
            let bits = loss / log(2)
            rows.append(
                ("validation", "\(fixed(loss, 4)) nats, \(fixed(bits, 4)) bits per character"))
        }
        return rows
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
