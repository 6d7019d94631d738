import ChatCore
import ChatCorpus
import ChatEvaluation

/// How good a model is, in words.
package enum EvaluationText {
    /// A loss on a text.
    package static func lines(_ evaluation: TextEvaluation) -> String {
        let range = evaluation.natsInterval.map {
            " " + interval(ModelText.fixed($0.low, 4), ModelText.fixed($0.high, 4))
        }
        let figures = rows([
            (phrase("characters"), ModelText.grouped(evaluation.characters)),
            (
                phrase("nats per character"),
                ModelText.fixed(evaluation.natsPerCharacter, 4) + (range ?? "")
            ),
            (phrase("bits per character"), ModelText.fixed(evaluation.bitsPerCharacter, 4)),
            (phrase("perplexity"), ModelText.fixed(evaluation.perplexity, 4)),
            (phrase("next symbol right"), percent(evaluation.calibration.accuracy)),
        ])
        return figures + "\n"
            + calibration(evaluation.calibration, of: phrase("its likeliest next symbol"))
    }

    /// What both sides of a gap are worth.
    package static func lines(_ evaluation: FillEvaluation) -> String {
        let characters = Double(max(1, evaluation.characters))
        let range = evaluation.interval.map { interval(percent($0.low), percent($0.high)) }
        func cost(_ bits: Double) -> String {
            phrase("%@ bits per character", ModelText.fixed(bits / characters, 4))
        }
        return rows([
            (
                phrase("lines"),
                phrase(
                    "%@, %@ characters taken out", ModelText.grouped(evaluation.lines),
                    ModelText.grouped(evaluation.characters))
            ),
            (phrase("left side alone"), cost(evaluation.leftBits)),
            (phrase("both sides"), cost(evaluation.bothBits)),
            (phrase("saved"), percent(evaluation.saved) + (range ?? "")),
        ])
    }

    /// Names and figures in two columns.
    private static func rows(_ rows: [(name: String, figure: String)]) -> String {
        rows.map { TextWrap.padded($0.name, 20) + $0.figure }.joined(separator: "\n")
    }

    /// An interval behind the figure that it belongs to.
    private static func interval(_ low: String, _ high: String) -> String {
        phrase(" (95 %: %@ to %@)", low, high)
    }

    /// The scores of a dialogue set.
    package static func lines(_ evaluation: DialogueEvaluation) -> String {
        let columns = [
            ("session", evaluation.session), ("fresh", evaluation.fresh),
            ("search", evaluation.search ?? [:]),
        ]
        let titles = [phrase("needs"), phrase("session"), phrase("fresh state"), phrase("search")]
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
            lines.append(TextWrap.padded(name(need), widths[0]) + cells.joined())
        }
        lines.append(outcomes(evaluation.outcomes))
        for gap in evaluation.gaps.keys.sorted() {
            lines.append(
                TextWrap.padded(phrase("gap %@", gap), 10) + cell(evaluation.gaps[gap], nil))
        }
        if let worth = evaluation.worth {
            let session = bits(worth.session, worth.sessionInterval)
            let control = bits(worth.control, worth.controlInterval)
            lines.append(
                worth.replies == 1
                    ? phrase(
                        "worth of the session on 1 reply that needs it: %@ a reply; another session's state: %@",
                        session, control)
                    : phrase(
                        "worth of the session on %@ replies that need it: %@ a reply; another session's state: %@",
                        worth.replies, session, control)
            )
        }
        if let calibration = evaluation.calibration {
            lines.append(self.calibration(calibration, of: phrase("its whole reply")))
        }
        for failure in evaluation.failures {
            lines.append(
                VisibleText.oneLine(
                    phrase(
                        "%@, turn %@ [%@]: %@", failure.id, failure.turn, name(failure.needs),
                        "\(failure.user) -> \(failure.reply)")))
        }
        return lines.joined(separator: "\n")
    }

    /// What a turn's answer rests on, as dialogue sets call it.
    private static func name(_ need: LessonTurn.Need) -> String {
        switch need {
        case .none: phrase("none")
        case .world: phrase("world")
        case .session: phrase("session")
        case .abstain: phrase("abstain")
        }
    }

    /// How often it was right, honest and wrong.
    private static func outcomes(_ outcomes: DialogueEvaluation.Outcomes) -> String {
        let turns = max(1, outcomes.right + outcomes.honest + outcomes.wrong)
        func share(_ count: Int) -> String { percent(Double(count) / Double(turns)) }
        return phrase(
            "of all turns, with the session: %@ right (%@), %@ say that they do not know (%@), %@ wrong (%@)",
            outcomes.right, share(outcomes.right), outcomes.honest, share(outcomes.honest),
            outcomes.wrong, share(outcomes.wrong))
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
            self.interval(WorthText.signed($0.low), WorthText.signed($0.high))
        }
        return phrase("%@ bits", WorthText.signed(value)) + (range ?? "")
    }

    private static func percent(_ share: Double) -> String {
        "\(ModelText.fixed(100 * share, 1)) %"
    }

    /// The expected calibration error, and what came true for each tenth of probability: `|` where it
    /// would stand if it were right, `#` as far as it did.
    package static func calibration(_ calibration: Calibration, of what: String) -> String {
        let width = 30
        let head = self.rows([
            (
                phrase("calibration"),
                phrase(
                    "expected error %@ over %@ probabilities of %@",
                    ModelText.fixed(calibration.expectedError, 3),
                    ModelText.grouped(calibration.count), what)
            )
        ])
        let rows = calibration.bins.enumerated().compactMap { index, bin -> String? in
            guard bin.count > 0 else { return nil }
            var row = [Character](repeating: " ", count: width + 1)
            let right = ModelText.whole(bin.accuracy * Double(width), in: 0...width)
            for place in 0..<right { row[place] = "#" }
            row[ModelText.whole(bin.confidence * Double(width), in: 0...width)] = "|"
            let label = "\(TextWrap.right("\(index * 10)", 3))-\((index + 1) * 10) %"
            let share = percent(bin.accuracy) + phrase(" of %@", ModelText.grouped(bin.count))
            return "  \(TextWrap.padded(label, 10)) \(String(row)) \(share)"
        }
        return ([head] + rows).joined(separator: "\n")
    }
}
