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
    let width: Int

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

    package static let titles = [
        "What this is", "The key", "The embedding", "The state", "The odds", "Drawing",
        "A reply, character by character", "The state is the conversation",
        "Search, which remembers nothing", "What is saved, and its proof",
    ]

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
        let title = "\(number) of \(Self.titles.count)  \(Self.titles[number - 1])"
        return ([style.bold(title), ""] + body)
            .map { TextWrap.paragraphs($0, width: width, indent: $0.hasPrefix("  ") ? 4 : 0) }
            .joined(separator: "\n")
    }

    /// What keys do at a screen, on one line.
    package static func footer(_ number: Int, width: Int) -> String {
        let isLast = number == titles.count
        let on = isLast ? "ends" : "goes on"
        let long =
            "\(number) of \(titles.count): Enter, space, n or → \(on); b, p or ← goes back; q ends"
        return DisplayWidth.of(long) < width
            ? long : "\(number)/\(titles.count) Enter \(on), b back, q ends"
    }

    // MARK: - From the key to the odds

    private var start: [String] {
        let shape = ModelText.shape(configuration)
        let count = ModelText.grouped(configuration.parameterCount)
        var learned =
            switch model.format {
            case .dialogue:
                "It learned dialogues, with marks where you speak, where it speaks and where it ends."
            case .text: "It learned plain text, which it continues line by line."
            }
        if let loss = model.training?.validationLoss {
            let bits = ModelText.fixed(loss / log(2), 2)
            learned += " Of text held out of training a character cost it \(bits) bits."
        }
        var lines = [
            "\(style.name(VisibleText.oneLine(modelName))): \(shape), \(count) numbers that training chose. It reads and writes one symbol at a time, of an alphabet of \(model.alphabet.count), and all that it remembers is its state of \(stateBytes) bytes, however much was said.",
            learned, "",
            "The screens follow \(followed), the first character of '\(shown(tour.message))', from the key to a reply. Every number was computed just now, with this model.",
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
        let rows = [
            ("character", VisibleText.oneLine(text)),
            ("code point", points.joined(separator: " ")),
            ("UTF-8", bytes.joined(separator: " ")),
            ("spelled", tour.symbols.map(name).joined(separator: " ")),
            ("symbols", tour.symbols.map { "\($0)" }.joined(separator: ", ")),
        ]
        let before =
            switch model.format {
            case .dialogue: "Before it the model read symbol 0, the mark after which you speak."
            case .text: "Nothing stands before it."
            }
        var lines = rows.map { "  \(TextWrap.padded($0.0, 10))  \($0.1)" }
        lines += [
            "", spelling,
            "\(before) It knows the symbols 0 to \(model.alphabet.count - 1) and nothing else: neither words nor tokens.",
        ]
        return lines
    }

    /// Why the character is spelled as it is.
    private var spelling: String {
        let learned = ModelText.grouped(model.alphabet.scalars.count)
        let halves = Alphabet.firstHalfByte..<Alphabet.firstScalar
        if tour.symbols.contains(where: { halves.contains($0) }) {
            return
                "The alphabet learned \(learned) characters. What is none of them is spelled by the bytes of its UTF-8, each in two halves, so that there is no text that the model could not read."
        }
        if Hangul.occurs(in: String(tour.character)) {
            return
                "A syllable of Hangul is spelled by its letters, so that 67 letters make all 11,172 syllables."
        }
        return tour.symbols.count == 1
            ? "It is one of the \(learned) characters that the alphabet learned."
            : "It is made of several of the \(learned) characters that the alphabet learned."
    }

    private var embedding: [String] {
        let size = configuration.embeddingSize
        let rows = Array(zip(tour.symbols, tour.vectors).prefix(3))
        let label = max(2, rows.map { DisplayWidth.of(name($0.0)) }.max() ?? 0)
        let count = min(size, max(1, min(8, (width - 2 - label) / 9)))
        let scale = configuration.embeddingScale
        let scaled = scale == 1 ? "" : ", times \(ModelText.short(Double(scale)))"
        let first = tour.symbols.first.map { "Symbol \($0) is row \($0)" } ?? "A symbol is a row"
        var lines = [
            "\(first) of a table of \(model.alphabet.count) × \(size) numbers, the embedding. This row\(scaled) is all that the layers see of it. It begins:",
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
            lines.append("The other symbols of the character have rows of their own.")
        }
        if !tour.nearest.isEmpty {
            let near = tour.nearest.map(name).joined(separator: ", ")
            lines.append(
                "Of all characters that it learned these point most nearly in the direction of the first: \(near). Nobody told it what is like what."
            )
        }
        return lines
    }

    private var state: [String] {
        var parts: [[String]] = []
        for (part, shape) in zip(tour.change.parts, StateShape.all(of: configuration)) {
            let sizes = [part.first, part.second, part.difference].map { ModelText.fixed($0, 2) }
            parts.append([
                "  \(style.name(part.name)), \(shape.words)",
                "    \(ModelText.grouped(shape.bytes)) bytes; size \(sizes[0]) before, \(sizes[1]) after, changed by \(sizes[2])",
            ])
        }
        // The first layers and the last part stand for many.
        let most = 5
        if parts.count > most {
            let left = ["  and \(parts.count - most) parts more between these and the last"]
            parts.replaceSubrange((most - 1)..<(parts.count - 1), with: [left])
        }
        var lines = [
            "Each layer keeps numbers from one symbol to the next. Together they are the state, \(stateBytes) bytes before \(followed) and after it. So much did it change each part (size: the length of its numbers as one vector):",
            "",
        ]
        lines += parts.flatMap { $0 }
        lines += ["", "This is all that is kept: neither the text nor a list of what was said."]
        return lines
    }

    private var odds: [String] {
        let last = configuration.outputSize
        let copied =
            configuration.copyHeadSize == nil
            ? "" : "; the copy head adds what followed in such places before"
        var lines = [
            "The \(last) numbers that the last layer hands on, times a table of \(model.alphabet.count) × \(last), make one number a symbol, the logits\(copied). Softmax makes odds of them. After \(followed) these symbols are the likeliest:",
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
            "What is typed is read all the same, likely or not; only where the model speaks is the next symbol drawn by such odds.",
        ]
        return lines
    }

    // MARK: - Words

    var configuration: ModelConfiguration { model.network.configuration }
    private var stateBytes: String { ModelText.grouped(model.network.freshState.byteCount) }
    /// The character that is followed.
    private var followed: String { "'\(VisibleText.oneLine(String(tour.character)))'" }

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

/// What each part of a state is, in the order of `StateDifference.parts`.
private struct StateShape {
    let words: String
    let bytes: Int

    static func all(of configuration: ModelConfiguration) -> [StateShape] {
        let layers = configuration.layers.enumerated().map { index, layer in
            StateShape(
                words: words(layer), bytes: 4 * configuration.stateSize(ofLayer: index))
        }
        let copyHead = configuration.copyHeadSize.map { size in
            StateShape(
                words: "\(size) × \(configuration.symbolCount) numbers and the vector before",
                bytes: 4 * configuration.copyHeadStateSize)
        }
        return layers + [copyHead].compactMap(\.self)
    }

    private static func words(_ layer: LayerConfiguration) -> String {
        let size = layer.hiddenSize
        switch layer.cell {
        case .lstm: return "LSTM: \(size) numbers of its output and \(size) of its cells"
        case .gru: return "GRU: \(size) numbers, its output"
        case .gatedDelta, .kimiDelta:
            let (heads, head) = (layer.headCount, size / layer.headCount)
            let name = layer.cell == .kimiDelta ? "Kimi delta" : "gated delta"
            return
                "\(name): \(heads == 1 ? "a matrix" : "\(heads) matrices") of \(head) × \(head) and the last three inputs of its convolutions"
        }
    }
}
