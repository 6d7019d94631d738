import ChatCore
import ChatCorpus
import ChatEvaluation

/// How good a model is, in words.
package enum EvaluationText {
    /// A loss on a text.
    package static func lines(_ evaluation: TextEvaluation) -> String {
        let interval = evaluation.natsInterval.map {
            "  (95 %: \(ModelText.fixed($0.low, 4)) to \(ModelText.fixed($0.high, 4)))"
        }
        return """
            characters          \(ModelText.grouped(evaluation.characters))
            nats per character  \(ModelText.fixed(evaluation.natsPerCharacter, 4))\(interval ?? "")
            bits per character  \(ModelText.fixed(evaluation.bitsPerCharacter, 4))
            perplexity          \(ModelText.fixed(evaluation.perplexity, 4))
            next symbol right   \(percent(evaluation.calibration.accuracy))
            \(calibration(evaluation.calibration, of: "its likeliest next symbol"))
            """
    }

    /// What both sides of a gap are worth.
    package static func lines(_ evaluation: FillEvaluation) -> String {
        let characters = Double(max(1, evaluation.characters))
        let interval = evaluation.interval.map {
            " (95 %: \(percent($0.low)) to \(percent($0.high)))"
        }
        return """
            lines               \(ModelText.grouped(evaluation.lines)), \(ModelText.grouped(evaluation.characters)) characters taken out
            left side alone     \(ModelText.fixed(evaluation.leftBits / characters, 4)) bits per character
            both sides          \(ModelText.fixed(evaluation.bothBits / characters, 4)) bits per character
            saved               \(percent(evaluation.saved))\(interval ?? "")
            """
    }

    /// The scores of a dialogue set.
    package static func lines(_ evaluation: DialogueEvaluation) -> String {
        let columns = [
            ("session", evaluation.session), ("fresh", evaluation.fresh),
            ("search", evaluation.search ?? [:]),
        ]
        let titles = ["needs", "session", "fresh state", "search"]
        let widths = [10, 31, 31, 0]
        var lines = [
            zip(titles, widths).map { TextWrap.padded($0, $1) }.joined()
        ]
        for need in LessonTurn.Need.allCases where evaluation.session[need.rawValue] != nil {
            let cells = columns.enumerated().map { index, column in
                TextWrap.padded(
                    cell(
                        column.1[need.rawValue],
                        evaluation.intervals[column.0]?[need.rawValue]), widths[index + 1])
            }
            lines.append(TextWrap.padded(need.rawValue, widths[0]) + cells.joined())
        }
        let outcomes = evaluation.outcomes
        let turns = max(1, outcomes.right + outcomes.honest + outcomes.wrong)
        lines.append(
            "of all turns, with the session: "
                + [
                    ("right", outcomes.right), ("say that they do not know", outcomes.honest),
                    ("wrong", outcomes.wrong),
                ]
                .map { "\($0.1) \($0.0) (\(percent(Double($0.1) / Double(turns))))" }
                .joined(separator: ", "))
        for gap in evaluation.gaps.keys.sorted() {
            lines.append(TextWrap.padded("gap \(gap)", 10) + cell(evaluation.gaps[gap], nil))
        }
        if let worth = evaluation.worth {
            lines.append(
                "worth of the session on \(worth.replies == 1 ? "1 reply that needs" : "\(worth.replies) replies that need") it: \(bits(worth.session, worth.sessionInterval)) a reply; another session's state: \(bits(worth.control, worth.controlInterval))"
            )
        }
        if let calibration = evaluation.calibration {
            lines.append(self.calibration(calibration, of: "its whole reply"))
        }
        for failure in evaluation.failures {
            lines.append(
                VisibleText.oneLine(
                    "\(failure.id), turn \(failure.turn) [\(failure.needs.rawValue)]: "
                        + "\(failure.user) -> \(failure.reply)"))
        }
        return lines.joined(separator: "\n")
    }

    private static func cell(_ score: DialogueEvaluation.Score?, _ interval: Interval?) -> String {
        guard let score, score.of > 0 else { return "" }
        let range = interval.map {
            " \(ModelText.fixed(100 * $0.low, 0))-\(ModelText.fixed(100 * $0.high, 0)) %"
        }
        return "\(percent(score.share)) (\(score.right)/\(score.of))\(range ?? "")"
    }

    private static func bits(_ value: Double, _ interval: Interval?) -> String {
        let range = interval.map {
            " (95 %: \(WorthText.signed($0.low)) to \(WorthText.signed($0.high)))"
        }
        return "\(WorthText.signed(value)) bits\(range ?? "")"
    }

    private static func percent(_ share: Double) -> String {
        "\(ModelText.fixed(100 * share, 1)) %"
    }

    /// The expected calibration error, and what came true for each tenth of probability: `|` where it
    /// would stand if it were right, `#` as far as it did.
    package static func calibration(_ calibration: Calibration, of what: String) -> String {
        let width = 30
        let head =
            "calibration         expected error \(ModelText.fixed(calibration.expectedError, 3)) over \(ModelText.grouped(calibration.count)) probabilities of \(what)"
        let rows = calibration.bins.enumerated().compactMap { index, bin -> String? in
            guard bin.count > 0 else { return nil }
            var row = [Character](repeating: " ", count: width + 1)
            let right = ModelText.whole(bin.accuracy * Double(width), in: 0...width)
            for place in 0..<right { row[place] = "#" }
            row[ModelText.whole(bin.confidence * Double(width), in: 0...width)] = "|"
            let label = "\(TextWrap.right("\(index * 10)", 3))-\((index + 1) * 10) %"
            return
                "  \(TextWrap.padded(label, 10)) \(String(row)) \(percent(bin.accuracy)) of \(ModelText.grouped(bin.count))"
        }
        return ([head] + rows).joined(separator: "\n")
    }
}
