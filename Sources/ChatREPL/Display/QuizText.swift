import ChatCore
import ChatEvaluation

/// A quiz in words and in JSON.
struct QuizText {
    let style: Style
    let width: Int
    let rounds: Int

    func question(_ pair: Quiz.Pair, _ number: Int) -> String {
        let before = pair.before.split(separator: "\n").suffix(2)
            .map { style.dim(fitted(String($0))) }
        let after = before.isEmpty ? "" : phrase(", after:")
        let head = TextWrap.paragraphs(
            style.bold(phrase("%@ of %@", number, rounds)) + after, width: width)
        let ask = TextWrap.paragraphs(phrase("Which is real, 1 or 2? (q leaves)"), width: width)
        return
            ([head]
            + before
            + lines(pair).enumerated().map {
                "\(style.name("\($0.offset + 1)"))  \(fitted($0.element).dropFirst(3))"
            }
            + [style.dim(ask)])
            .joined(separator: "\n")
    }

    /// What was right, and what the model held of both.
    func solution(_ pair: Quiz.Pair, _ answer: Int) -> String {
        let real = pair.realIsFirst ? 1 : 2
        let verdict =
            answer == real
            ? style.good(phrase("Right: %@ is real.", real))
            : style.problem(phrase("No: %@ is real.", real))
        let odds = zip(lines(pair), bits(pair)).enumerated().map { index, line in
            phrase(
                "%@: 1 in 2^%@, %@ bits a character", index + 1, ModelText.fixed(line.1, 1),
                ModelText.fixed(line.1 / Double(line.0.count + 1), 2))
        }
        return "\(verdict)\n"
            + style.dim(
                TextWrap.paragraphs(
                    phrase("The model's own odds: %@", odds.joined(separator: "; ")), width: width))
            + "\n"
    }

    /// A line, put in by three.
    private func fitted(_ line: String) -> String {
        TextWrap.paragraphs("   " + VisibleText.oneLine(line), width: width)
    }

    private func lines(_ pair: Quiz.Pair) -> [String] {
        pair.realIsFirst ? [pair.real, pair.fake] : [pair.fake, pair.real]
    }

    private func bits(_ pair: Quiz.Pair) -> [Double] {
        pair.realIsFirst ? [pair.realBits, pair.fakeBits] : [pair.fakeBits, pair.realBits]
    }

    // MARK: - JSON

    func json(_ pair: Quiz.Pair, _ number: Int) throws -> String {
        try JSONText.line(Asked(number: number, before: pair.before, lines: lines(pair)))
    }

    func json(_ pair: Quiz.Pair, _ number: Int, answer: Int) throws -> String {
        let real = pair.realIsFirst ? 1 : 2
        return try JSONText.line(
            Answered(
                number: number, answer: answer, real: real, right: answer == real,
                bits: bits(pair)))
    }

    private struct Asked: Encodable {
        var event = "pair"
        let number: Int
        let before: String
        let lines: [String]
    }

    private struct Answered: Encodable {
        var event = "answer"
        let number, answer, real: Int
        let right: Bool
        let bits: [Double]
    }

    /// Who told real from fake how often.
    struct Scores {
        let person, judge, chain: DialogueEvaluation.Score

        var lines: String {
            let person =
                person.of == 0
                ? phrase("You gave no answer.")
                : phrase("You: %@; by chance half of them.", Self.words(person))
            return [
                person,
                phrase(
                    "A judge that takes for the model's what the model finds likelier: %@.",
                    Self.words(judge)),
                phrase(
                    "Lines of character pairs in place of the model's, told by its odds: %@.",
                    Self.words(chain)),
            ].joined(separator: "\n")
        }

        private static func words(_ score: DialogueEvaluation.Score) -> String {
            let range = Interval.ofShare(score).map {
                phrase(
                    " (%@, 95 %: %@ to %@)", percent(score.share), percent($0.low), percent($0.high)
                )
            }
            return phrase("%@ of %@ right", score.right, score.of) + (range ?? "")
        }

        private static func percent(_ share: Double) -> String {
            "\(ModelText.fixed(100 * share, 0)) %"
        }

        var json: String {
            get throws {
                try JSONText.line(
                    Report(
                        person: Entry(person), judge: Entry(judge), characterPairs: Entry(chain)),
                    snakeCase: true)
            }
        }

        private struct Report: Encodable {
            var event = "score"
            let person, judge, characterPairs: Entry
        }

        private struct Entry: Encodable {
            let right, of: Int
            /// Of the share of right answers.
            let interval: Interval?

            init(_ score: DialogueEvaluation.Score) {
                (right, of) = (score.right, score.of)
                interval = Interval.ofShare(score)
            }
        }
    }
}
