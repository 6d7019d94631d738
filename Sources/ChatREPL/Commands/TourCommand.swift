import ArgumentParser
import ChatCore
import ChatEvaluation
import ChatSearch
import Foundation

struct TourCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tour", abstract: "Follow one character from the key to the reply.",
        discussion: """
            Ten screens with the model's own numbers: how a character is spelled, what the model makes of \
            it, how the next one is drawn, what a session is worth, and how a transcript proves it. At a \
            terminal one screen at a time; in a pipe all of them.

            Examples:
              charchat tour
              charchat tour "안녕하세요?"
              charchat tour -m bard.safetensors --screen 5
            """)

    @Argument(
        help: ArgumentHelp(
            "What is typed; its first character is followed. Unless given: a question, or the beginning of a sentence for a model of plain text.",
            valueName: "MESSAGE"))
    var message: String?

    @OptionGroup var model: ModelOption
    @OptionGroup var search: SearchOptions

    @Option(help: ArgumentHelp("Show this screen alone, 1 to 10.", valueName: "N"))
    var screen: Int?

    func validate() throws {
        let last = TourText.titles.count
        if let screen, !(1...last).contains(screen) {
            throw ValidationError(phrase("--screen must be 1 to %@.", last))
        }
        if let message, message.trimmed.isEmpty || message.count > 200 {
            throw ValidationError(phrase("The message must have 1 to 200 characters."))
        }
        if message?.contains(where: \.isNewline) == true {
            throw ValidationError(phrase("The message must be one line."))
        }
    }

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        let isInteractive =
            screen == nil && isatty(STDIN_FILENO) == 1 && Output.standard.isTerminal
        let search = try search.readingStandardInput()
        let url = try model.url()
        let generator = ReplyGenerator(model: try MemoryLimit.model(url))
        Signals.install(suspend: isInteractive)
        let interrupts = SignalInterrupts(interruptEnds: true)
        let index = try Self.index(search, interrupts)
        let message = message ?? Self.usualMessage(for: generator.model)
        let bar = ProgressLine(phrase("Computing"))
        defer { bar.end() }
        let tour = try Tour(message, generator: generator, search: index) { share in
            bar.show(share)
            return !interrupts.shouldStop()
        }
        bar.end()
        guard let tour else { throw interrupts.exitCode }
        let text = TourText(
            tour: tour, model: generator.model, modelName: url.lastPathComponent,
            modelPath: model.path, searched: Self.searched(search.corpus),
            folder: SessionText.shortened(Places(environment: environment).sessionsFolder.path),
            style: Style(isTerminal: Output.standard.isTerminal, environment: environment),
            width: TerminalSize.columns())
        do {
            if isInteractive {
                try TerminalMode.quietly { try page(text, interrupts) }
            } else {
                let numbers = screen.map { $0...$0 } ?? 1...TourText.titles.count
                try Output.standard.writeLine(
                    numbers.map { text.screen($0) }.joined(separator: "\n\n"))
            }
        } catch OutputError.closed {}
        try interrupts.throwIfEnded()
    }

    /// What is typed where nobody says: Korean where the prompt is, if the model answers in it.
    private static func usualMessage(for model: ChatModel) -> String {
        let isKorean =
            Words.spoken.language == .korean && model.format == .dialogue
            && model.alphabet.symbol(of: "\u{1112}") != nil
        return isKorean ? "프랑스의 수도는 어디예요?" : Tour.usualMessage(for: model)
    }

    /// Shows screen after screen as keys ask for it, until the end.
    private func page(_ text: TourText, _ interrupts: SignalInterrupts) throws {
        var text = text
        var number = 1
        while true {
            // The terminal may have become wider or narrower since the last screen.
            text.width = TerminalSize.columns()
            try Output.standard.writeLine(text.screen(number) + "\n")
            let footer = TourText.footer(number, width: text.width)
            if Output.standard.canRedraw {
                try ProgressLine.put(footer, on: .standard)
            } else {
                try Output.standard.writeLine(footer)
            }
            let next = Self.screen(after: number, interrupts)
            if Output.standard.canRedraw { try ProgressLine.clear(.standard, of: footer) }
            guard let next, next <= TourText.titles.count else { return }
            number = next
        }
    }

    /// The screen that a key asks for; nil to end.
    private static func screen(after number: Int, _ interrupts: SignalInterrupts) -> Int? {
        while let key = KeyReader.nextOrArrow(interrupts) {
            switch key {
            case " ", "\n", "\r", "n", "→": return number + 1
            case "b", "p", "←":
                if number > 1 { return number - 1 }
            case "q": return nil
            default: break
            }
        }
        return nil
    }

    /// What is searched; nil where no file is named and no world came with charchat.
    private static func index(
        _ search: SearchOptions, _ interrupts: SignalInterrupts
    ) throws -> SearchIndex? {
        guard !search.corpus.isEmpty || ShippedFiles.url(SearchOpener.worldName) != nil else {
            return nil
        }
        return try search.open(interrupts: interrupts)
    }

    private static func searched(_ files: [String]) -> String {
        files.isEmpty
            ? phrase("the world that came with charchat")
            : files.map { VisibleText.oneLine($0) }.joined(separator: ", ")
    }
}
