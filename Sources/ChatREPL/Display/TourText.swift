import ChatCore
import ChatEvaluation
import Foundation

/// The screens of a tour in words.
package struct TourText {
    let tour: Tour
    let model: ChatModel
    /// The model's file, as it is shown.
    let modelName: String
    /// What names it in commands; nil where they find it by themselves.
    let modelPath: String?
    /// What is searched, in words.
    let searched: String
    /// Where sessions are saved.
    let folder: String
    let style: Style
    /// Columns of the terminal.
    var width: Int

    package init(
        tour: Tour, model: ChatModel, modelName: String, modelPath: String? = nil,
        searched: String, folder: String, style: Style, width: Int
    ) {
        self.tour = tour
        self.model = model
        self.modelName = modelName
        self.modelPath = modelPath
        self.searched = searched
        self.folder = folder
        self.style = style
        self.width = width
    }

    package static var titles: [String] {
        [
            phrase("What this is"), phrase("The key"), phrase("The embedding"),
            phrase("The state"), phrase("The odds"), phrase("Drawing"),
            phrase("A reply, character by character"), phrase("The state is the conversation"),
            phrase("Search, which remembers nothing"), phrase("What is saved, and its proof"),
        ]
    }

    /// A screen, from 1, broken between words; no line is wider than the terminal.
    package func screen(_ number: Int) -> String {
        let body =
            switch number {
            case 1: start
            case 2: key
            case 3: embedding
            case 4: state
            case 5: odds
            case 6: drawing
            case 7: reply
            case 8: conversation
            case 9: search
            default: proof
            }
        let title =
            phrase("%@ of %@", number, Self.titles.count) + "  \(Self.titles[number - 1])"
        return ([style.bold(title), ""] + body)
            .map { TextWrap.paragraphs($0, width: width, indent: $0.hasPrefix("  ") ? 4 : 0) }
            .joined(separator: "\n")
    }

    /// What keys do at a screen, on one line.
    package static func footer(_ number: Int, width: Int) -> String {
        let isLast = number == titles.count
        let on = isLast ? phrase("ends") : phrase("goes on")
        let long = phrase(
            "%@ of %@: Enter, space, n or → %@; b, p or ← goes back; q ends", number,
            titles.count, on)
        return DisplayWidth.of(long) < width
            ? long : phrase("%@/%@ Enter %@, b back, q ends", number, titles.count, on)
    }

    // MARK: - From the key to the odds

    private var start: [String] {
        let shape = ModelText.shape(configuration)
        let count = ModelText.grouped(configuration.parameterCount)
        var learned =
            switch model.format {
            case .dialogue:
                phrase(
                    "It learned dialogues, with marks where you speak, where it speaks and where it ends."
                )
            case .text: phrase("It learned plain text, which it continues line by line.")
            }
        if let loss = model.training?.validationLoss {
            let bits = ModelText.fixed(loss / log(2), 2)
            learned +=
                " "
                + (model.training?.symbols == nil
                    ? phrase("Of text held out of training a symbol cost it %@ bits.", bits)
                    : phrase("Of text held out of training a character cost it %@ bits.", bits))
        }
        var lines = [
            phrase(
                "%@: %@, %@ numbers that training chose. It reads and writes one symbol at a time, of an alphabet of %@, and all that it remembers is its state of %@ bytes, however much was said.",
                style.name(VisibleText.oneLine(modelName)), shape, count, model.alphabet.count,
                stateBytes),
            learned, "",
            phrase(
                "The screens follow %@, the first character of '%@', from the key to a reply. Every number was computed just now, with this model.",
                followed, shown(tour.message)),
        ]
        for (index, title) in Self.titles.enumerated().dropFirst() {
            lines.append("  \(TextWrap.right("\(index + 1)", 2))  \(title)")
        }
        return lines
    }

    private var key: [String] {
        let text = String(tour.character)
        let points = text.unicodeScalars.map { "U+" + hexadecimal($0.value, 4) }
        let bytes = text.utf8.map { hexadecimal(UInt32($0), 2) }
        let rows: [(String, String)] = [
            (phrase("character"), VisibleText.oneLine(text)),
            (phrase("code point"), points.joined(separator: " ")),
            ("UTF-8", bytes.joined(separator: " ")),
            (phrase("spelled"), tour.symbols.map(name).joined(separator: " ")),
            (phrase("symbols"), tour.symbols.map { "\($0)" }.joined(separator: ", ")),
        ]
        let before =
            switch model.format {
            case .dialogue:
                phrase("Before it the model read symbol 0, the mark after which you speak.")
            case .text: phrase("Nothing stands before it.")
            }
        let label = rows.map { DisplayWidth.of($0.0) }.max() ?? 0
        var lines = rows.map { "  \(TextWrap.padded($0.0, label))  \($0.1)" }
        lines += [
            "", spelling,
            before + " "
                + phrase(
                    "It knows the symbols 0 to %@ and nothing else: neither words nor tokens.",
                    model.alphabet.count - 1),
        ]
        return lines
    }

    /// Why the character is spelled as it is.
    private var spelling: String {
        let learned = ModelText.grouped(model.alphabet.scalars.count)
        let halves = Alphabet.firstHalfByte..<Alphabet.firstScalar
        if tour.symbols.contains(where: { halves.contains($0) }) {
            return phrase(
                "The alphabet learned %@ characters. What is none of them is spelled by the bytes of its UTF-8, each in two halves, so that there is no text that the model could not read.",
                learned)
        }
        if Hangul.occurs(in: String(tour.character)) {
            return phrase(
                "A syllable of Hangul is spelled by its letters, so that 67 letters make all 11,172 syllables."
            )
        }
        return tour.symbols.count == 1
            ? phrase("It is one of the %@ characters that the alphabet learned.", learned)
            : phrase(
                "It is made of several of the %@ characters that the alphabet learned.", learned)
    }

    private var embedding: [String] {
        let size = configuration.embeddingSize
        let rows = Array(zip(tour.symbols, tour.vectors).prefix(3))
        let label = max(2, rows.map { DisplayWidth.of(name($0.0)) }.max() ?? 0)
        let count = min(size, max(1, min(8, (width - 2 - label) / 9)))
        let scale = configuration.embeddingScale
        let scaled =
            scale == 1 ? "" : phrase(", times %@,", ModelText.short(Double(scale)))
        let first =
            tour.symbols.first.map { phrase("Symbol %@ is row %@", $0, $0) }
            ?? phrase("A symbol is a row")
        var lines = [
            phrase(
                "%@ of a table of %@ × %@ numbers, the embedding. This row%@ is all that the layers see of it. It begins:",
                first, model.alphabet.count, size, scaled),
            "",
        ]
        for (symbol, vector) in rows {
            let numbers = vector.prefix(count).map {
                TextWrap.right(ModelText.fixed(Double($0), 3), 9)
            }
            lines.append("  \(TextWrap.padded(name(symbol), label))\(numbers.joined())")
        }
        lines.append("")
        if tour.symbols.count > rows.count {
            lines.append(phrase("The other symbols of the character have rows of their own."))
        }
        if !tour.nearest.isEmpty {
            let near = tour.nearest.map(name).joined(separator: ", ")
            lines.append(
                phrase(
                    "Of all characters that it learned these point most nearly in the direction of the first: %@. Nobody told it what is like what.",
                    near)
            )
        }
        return lines
    }

    private var odds: [String] {
        let last = configuration.outputSize
        let copied =
            configuration.copyHeadSize == nil
            ? "" : phrase("; the copy head adds what followed in such places before")
        let pointed =
            configuration.pointerHead == nil
            ? "" : phrase("; the pointer head adds the symbols that its pointer stands on")
        var lines = [
            phrase(
                "The %@ numbers that the last layer hands on, times a table of %@ × %@, make one number a symbol, the logits%@. Softmax makes odds of them. After %@ these symbols are the likeliest:",
                last, model.alphabet.count, last, copied + pointed, followed),
            "",
        ]
        let room = min(20, max(5, width - 27))
        for odds in tour.next {
            let filled = ModelText.whole(odds.share * Double(room), in: 0...room)
            let bar = TextWrap.padded(String(repeating: "█", count: filled), room)
            lines.append("  \(percent(odds.share))  \(style.name(bar))  \(name(odds.symbol))")
        }
        lines += [
            "",
            phrase(
                "What is typed is read all the same, likely or not; only where the model speaks is the next symbol drawn by such odds."
            ),
        ]
        return lines
    }

    // MARK: - Words

    var configuration: ModelConfiguration { model.network.configuration }
    var stateBytes: String { ModelText.grouped(model.network.freshState.byteCount) }
    /// The character that is followed.
    var followed: String { "'\(VisibleText.oneLine(String(tour.character)))'" }

    func name(_ symbol: Symbol) -> String { SymbolText.name(symbol, model.alphabet) }

    /// A text on one line.
    func shown(_ text: String) -> String { VisibleText.line(text, limit: 200) }

    /// A share of 1 in seven columns.
    func percent(_ share: Double) -> String {
        TextWrap.right(ModelText.fixed(100 * share, 1), 5) + " %"
    }

    private func hexadecimal(_ value: UInt32, _ digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
