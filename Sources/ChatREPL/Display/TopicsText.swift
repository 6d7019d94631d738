import ChatCore

/// What can be said to a model, as it was taught.
package enum TopicsText {
    /// Lines of one kind that are shown at most, and characters of a line: a model's file may hold anything.
    private static let (most, longest) = (24, 100)

    /// Three things to begin with, or that the model only goes on with text; nil where it tells of none.
    package static func hint(_ model: ChatModel) -> String? {
        if model.format == .text {
            return phrase("This model goes on with any text; it answers nothing.")
        }
        guard let topics = topics(model) else { return nil }
        let told = topics.told.prefix(1).flatMap { [$0.tell, $0.ask] }
        let lines = (told + Array(topics.asked.prefix(1)) + topics.talk).prefix(3).map(shown)
        guard !lines.isEmpty else { return nil }
        return phrase("Say for example: %@", lines.joined(separator: " · "))
    }

    /// All of them, by kind.
    package static func all(_ model: ChatModel, style: Style, columns: Int) -> String {
        guard let topics = topics(model) else {
            return TextWrap.paragraphs(
                model.format == .text
                    ? phrase("This model goes on with any text; it answers nothing.")
                    : phrase("What can be said to this model was not written into its file."),
                width: columns)
        }
        var lines: [String] = []
        func add(_ title: String, _ examples: [String]) {
            guard !examples.isEmpty else { return }
            lines.append(style.bold(TextWrap.paragraphs(title, width: columns)))
            lines += examples.prefix(most).map {
                TextWrap.paragraphs("  \($0)", width: columns, indent: 4)
            }
        }
        add(
            phrase("What it keeps, and how to ask for it later"),
            topics.told.map { "\(shown($0.tell))  →  \(shown($0.ask))" })
        add(phrase("What it knows"), topics.asked.map(shown))
        add(phrase("What it talks about"), topics.talk.map(shown))
        return lines.joined(separator: "\n")
    }

    private static func topics(_ model: ChatModel) -> ModelTopics? {
        guard let topics = model.topics, !topics.isEmpty else { return nil }
        let inKorean = Words.spoken.language == .korean
        var lines = topics.lines(inHangul: inKorean)
        if inKorean, lines.asked.contains(where: { isKorean($0) }) {
            lines.asked.removeAll { !isKorean($0) }
        }
        return lines
    }

    /// Most of its words have Hangul: a line that asks what a Korean word means is English.
    static func isKorean(_ line: String) -> Bool {
        let words = line.split(separator: " ")
        return 2 * words.count { Hangul.occurs(in: String($0)) } > words.count
    }

    private static func shown(_ line: String) -> String {
        VisibleText.line(line, limit: longest)
    }
}
