import ChatCore
import ChatEvaluation
import Foundation

/// From the odds to the reply, and what is remembered and kept of it.
extension TourText {
    var drawing: [String] {
        let label = 10
        let around =
            model.format == .dialogue ? phrase("the marks around it") : phrase("the line's end")
        let titles = Tour.temperatures.map { TextWrap.right(ModelText.short($0), 9) }
        var lines = [
            phrase(
                "The message is read to its end, %@ symbols with %@. Then the reply's first symbol is drawn. Temperature divides the logits: 0 takes the likeliest, 1 leaves the odds as they are.",
                tour.openingCount, around),
            "", "  \(TextWrap.padded(phrase("temp."), label))\(titles.joined())",
        ]
        for beginning in tour.beginnings {
            let shares = beginning.shares.map { TextWrap.right(percent($0), 9) }
            lines.append(
                "  \(TextWrap.padded(name(beginning.symbol), label))\(shares.joined())")
        }
        lines += [
            "",
            phrase(
                "Top-p %@ leaves out the unlikely rest, and a seed gives the random numbers. So the whole replies are:",
                ModelText.short(SamplingSettings.dialogue.topP)),
        ]
        for drawing in tour.drawings {
            let temperature = TextWrap.padded(ModelText.short(drawing.temperature), 3)
            lines.append(
                "  \(temperature) \(phrase("seed %@", drawing.seed))  \(shown(drawing.reply))")
        }
        if let last = tour.drawings.last {
            let options = "--temperature \(ModelText.short(last.temperature)) --seed \(last.seed)"
            let again = command("", "\(options) \(Self.quoted(tour.message))")
            lines.append(
                phrase(
                    "The same seed and words give the same reply everywhere: %@ says the last one again.",
                    style.name(again))
            )
        }
        return lines
    }

    var reply: [String] {
        let (most, cell) = (70, 13)
        let cells = tour.written.prefix(most).map { written -> String in
            let text = written.character == " " ? "␣" : VisibleText.oneLine(written.character)
            let share = percent(exp2(-written.bits))
            return TextWrap.padded(text, 3) + TextWrap.padded(share, cell - 3)
        }
        let drawing = tour.drawings[1]
        var lines = [
            phrase(
                "The reply at temperature %@ with seed %@, and how likely the model held each character before it was drawn:",
                ModelText.short(drawing.temperature), drawing.seed),
            "", said(tour.message), shown(drawing.reply), "",
        ]
        let inRow = max(1, (width - 2) / cell)
        for start in stride(from: 0, to: cells.count, by: inRow) {
            let end = min(cells.count, start + inRow)
            lines.append(trimmed("  " + cells[start..<end].joined()))
        }
        let rest = tour.written.count - cells.count
        if rest > 0 { lines.append("  " + phrase("and %@ more", rest)) }
        let bits = ModelText.fixed(tour.writtenBits, 1)
        var total = phrase("In all, with its end, %@ bits: 1 in 2^%@.", bits, bits)
        if let certainty = tour.certainty {
            let percent = ModelText.fixed(100 * certainty, 0)
            total +=
                " " + phrase("Of held-out replies with such odds %@ % were right.", percent)
        }
        return lines + ["", total]
    }

    var conversation: [String] {
        let talk = tour.conversation
        let head =
            switch model.format {
            case .dialogue:
                phrase(
                    "Something is told, then asked: in a session, and of the same model with a fresh state."
                )
            case .text:
                phrase(
                    "A model of plain text can be told nothing: it continues. It is given the same line twice in a session, and once with a fresh state."
                )
            }
        let with = ModelText.fixed(talk.bitsWithSession, 1)
        let fresh = ModelText.fixed(talk.bitsFresh, 1)
        let worth = WorthText.signed(talk.bitsFresh - talk.bitsWithSession)
        let same =
            talk.withSession == talk.fresh ? phrase("Here both say the same.") + " " : ""
        return [
            head, "", said(talk.told), shown(talk.answer), said(talk.asked),
            "  \(style.bold(phrase("with the session:"))) \(shown(talk.withSession))",
            "  \(style.bold(phrase("with a fresh state:"))) \(shown(talk.fresh))", "",
            same
                + phrase(
                    "The same model read the same line; all that differs is the state. What the session replied costs %@ bits with the session and %@ with a fresh state: to have heard what was said is worth %@ bits here.",
                    with, fresh, worth),
        ]
    }

    var search: [String] {
        guard let found = tour.found else {
            let command = style.name("charchat search 'WORDS' --corpus FILE")
            return [
                phrase(
                    "No world came with this charchat, so there is nothing to search here: %@ looks in any text.",
                    command)
            ]
        }
        var lines = [
            phrase("A search looks for the words of a question in %@:", searched), "",
        ]
        for one in found {
            lines += [
                said(one.question), "  \(style.bold(phrase("search:"))) \(shown(one.answer))",
            ]
            if let entry = one.entry {
                lines.append("  " + style.dim(phrase("which stands at '%@'", shown(entry))))
            }
        }
        let isSame = found.allSatisfy { $0.isTheSameAfterTelling }
        let told = shown(tour.conversation.told)
        let more =
            switch model.format {
            case .dialogue:
                phrase("%@ asks all three, side by side.", style.name(command("compare", "")))
            case .text: phrase("%@ looks for more.", style.name("charchat search 'WORDS'"))
            }
        lines += [
            "",
            (isSame
                ? phrase(
                    "Told '%@' and asked again, it said the same: it has entries and no state. It knows what was written, a session what was said.",
                    told)
                : phrase(
                    "Told '%@' and asked again, it said something else: it has entries and no state. It knows what was written, a session what was said.",
                    told)) + " " + more,
        ]
        return lines
    }

    var proof: [String] {
        let proof = tour.proof
        let report = ReplayText.report(proof.report, isOpen: true)
        let hash = String(proof.hash.prefix(16))
        let file = modelPath.map { " " + Self.quoted($0) } ?? ""
        let last: (String, String) =
            switch model.format {
            case .dialogue: (command("compare", ""), phrase("session, fresh state and search"))
            case .text: (command("sample", "-n 400"), phrase("let it write"))
            }
        let ways: [(String, String)] = [
            (command("", ""), phrase("talk; /? shows what one can do")),
            (
                command("", "-s \(phrase("holiday"))"),
                phrase("in a session of that name, which goes on another time")
            ),
            (command("replay", "\(phrase("holiday")) --verify"), phrase("prove it")), last,
            (
                "charchat inspect\(file) --text '\(phrase("Hello"))'",
                phrase("what goes on in it as it reads")
            ),
            ("charchat train FILE -o MODEL", phrase("a model of your own text or lessons")),
        ]
        var lines = [
            phrase(
                "A chat is saved as it is said, in %@: the words, settings and seeds, each line with the hash of the one before. States need not be kept, for the words give them again.",
                VisibleText.oneLine(folder)),
            "",
            phrase(
                "The conversation of screen 8 makes %@ lines, the last with the hash %@…; its replies were made anew from these just now. %@ So a reply that the model did not give, or one that was changed afterwards, is found by whoever has its file.",
                proof.lines, hash, report),
            "", phrase("From here on:"),
        ]
        lines += ways.map { "  \(style.name($0.0))  \($0.1)" }
        return lines
    }

    // MARK: - Words

    /// What was said at the prompt.
    private func said(_ text: String) -> String { style.prompt(">>> ") + shown(text) }

    private func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }

    /// How commands name the model.
    private var option: String { modelPath.map { " -m \(Self.quoted($0))" } ?? "" }

    /// A command of this program, with this model.
    private func command(_ name: String, _ arguments: String) -> String {
        let words = ["charchat", name].filter { !$0.isEmpty }.joined(separator: " ")
        return words + option + (arguments.isEmpty ? "" : " " + arguments)
    }

    /// As a shell takes it for one word.
    private static func quoted(_ text: String) -> String {
        let isPlain = text.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "._-/".contains($0))
        }
        let shown = VisibleText.oneLine(text)
        return isPlain && !text.isEmpty ? shown : "'\(shown.replacing("'", with: "'\\''"))'"
    }
}
