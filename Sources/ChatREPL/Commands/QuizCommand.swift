import ArgumentParser
import ChatCore
import ChatEvaluation
import ChatTraining
import Foundation

struct QuizCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quiz", abstract: "Tell lines that people wrote from those of the model.",
        discussion: """
            Two lines that follow the same words: one of a text that the model never read, one that it \
            wrote. Answer 1 or 2 for the real one. At the end stands your score, beside that of a judge \
            that takes for the model's what the model finds likelier, and what it makes of lines of \
            which only the pairs of characters are right.

            Of the text that the model was trained on (its record knows it) only what was held out is \
            asked about, and no fake that stands in the rest is shown. In a pipe each line of standard \
            input is an answer.

            Examples:
              charchat quiz
              charchat quiz bard.safetensors --text book.txt
              yes 1 | charchat quiz bard.safetensors --text book.txt --rounds 50 --json
            """)

    @Argument(
        help: ArgumentHelp("The model; else as -m of other commands.", valueName: "MODEL"),
        completion: CompletedNames.models)
    var model: String?

    @Option(
        help: ArgumentHelp(
            "What the model was trained on, a folder of lessons, or a text that it never read. Unless given: replies that came with charchat, for its own model.",
            valueName: "FILE"),
        completion: .file())
    var text: String?

    @Option(help: ArgumentHelp("Pairs to be asked.", valueName: "N"))
    var rounds = 10

    @Option(
        help: ArgumentHelp(
            "The share held out of training, as 'charchat train' was told it. Default: 0.1.",
            valueName: "FRACTION"))
    var validation: Double?

    @Option(help: "What was held out of training: spread or end.")
    var holdOut = EncodedCorpus.HeldOut.spread

    @OptionGroup var sampling: SamplingOptions
    @OptionGroup var reading: ReadingOptions

    @Flag(help: "One JSON object a line: each pair, each answer, the score.")
    var json = false

    func validate() throws {
        guard (1...1_000).contains(rounds) else {
            throw ValidationError(phrase("--rounds must be 1 to 1000."))
        }
        guard (0...0.5).contains(validation ?? 0) else {
            throw ValidationError(phrase("--validation must be 0 to 0.5."))
        }
        if text == "-" {
            throw ValidationError(phrase("Standard input has the answers: save the text."))
        }
    }

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        let isInteractive = !json && isatty(STDIN_FILENO) == 1 && Output.standard.isTerminal
        let chatModel = try MemoryLimit.model(
            try ModelLocator.url(option: model, environment: environment))
        var material = try QuizMaterial.open(
            text, model: chatModel, reading: try reading.options(), validation: validation,
            heldOut: holdOut)
        // What came with charchat is in two languages; JSON has it all in each.
        if text == nil, !json, Words.spoken.language == .korean {
            material.passages.removeAll { !TopicsText.isKorean($0.line) }
        }
        let quiz = Quiz(
            ReplyGenerator(model: chatModel), passages: material.passages,
            trained: material.trained, settings: sampling.settings(unlessGiven: .text),
            seed: sampling.chosenSeed)
        guard quiz.passageCount > 0 else {
            throw CommandFailure(
                phrase(
                    "there is no line of %@ to %@ characters that the model never read; give more text",
                    Quiz.lengths.lowerBound, Quiz.lengths.upperBound)
            )
        }
        if let notice = material.notice { try? Output.error.tell(notice) }
        Signals.install(suspend: isInteractive)
        let interrupts = SignalInterrupts(interruptEnds: true)
        var run = QuizRun(
            quiz: quiz, rounds: rounds, json: json, interrupts: interrupts,
            style: Style(isTerminal: Output.standard.isTerminal, environment: environment),
            answers: isInteractive ? nil : PipeLineReader())
        do {
            try run.play()
            try interrupts.throwIfEnded()
            if !run.isLeft {
                // What is typed meanwhile must not stand in the bar.
                if isInteractive {
                    try TerminalMode.quietly { try run.end() }
                } else {
                    try run.end()
                }
            }
        } catch OutputError.closed {}
        try interrupts.throwIfEnded()
        if run.hasRefused { throw ExitCode(ExitStatus.failure) }
    }
}

/// A quiz being played.
private struct QuizRun {
    var quiz: Quiz
    let rounds: Int
    let json: Bool
    let interrupts: SignalInterrupts
    let style: Style
    /// Nil at a terminal, where keys answer.
    let answers: PipeLineReader?

    /// Pairs by which the judge is measured, those that were asked with them.
    private static let judgedPairs = 100

    private var asked: [Quiz.Pair] = []
    private var score = DialogueEvaluation.Score()
    /// A line was no answer.
    private(set) var hasRefused = false
    /// It was left before anything was answered.
    private(set) var isLeft = false

    init(
        quiz: Quiz, rounds: Int, json: Bool, interrupts: SignalInterrupts, style: Style,
        answers: PipeLineReader?
    ) {
        self.quiz = quiz
        self.rounds = rounds
        self.json = json
        self.interrupts = interrupts
        self.style = style
        self.answers = answers
    }

    private func shouldContinue() -> Bool { !interrupts.shouldStop() }

    /// Asks until there are no more rounds, pairs or answers.
    mutating func play() throws {
        let text = QuizText(style: style, width: TerminalSize.columns(), rounds: rounds)
        for number in 1...rounds {
            guard let pair = quiz.next(while: shouldContinue) else { return }
            asked.append(pair)
            try tell(try json ? text.json(pair, number) : text.question(pair, number))
            guard let answer = try answer() else { return }
            let isRight = (answer == 1) == pair.realIsFirst
            score.count(isRight)
            try tell(
                try json ? text.json(pair, number, answer: answer) : text.solution(pair, answer))
        }
    }

    /// Measures the judge, and shows all scores.
    mutating func end() throws {
        let bar = ProgressLine(phrase("Judging"))
        defer { bar.end() }
        var judge = DialogueEvaluation.Score()
        var chain = DialogueEvaluation.Score()
        for index in 0..<Self.judgedPairs {
            guard shouldContinue(),
                let pair = index < asked.count ? asked[index] : quiz.next(while: shouldContinue)
            else { break }
            judge.count(pair.isRightByOdds)
            // What knows only pairs of characters writes what the model finds unlikely.
            if let other = quiz.withChain(pair) { chain.count(!other.isRightByOdds) }
            bar.show(Double(index + 1) / Double(Self.judgedPairs))
        }
        bar.end()
        let scores = QuizText.Scores(person: score, judge: judge, chain: chain)
        if json { return try tell(try scores.json) }
        try Output.standard.tell(scores.lines)
    }

    private func tell(_ text: String) throws { try Output.standard.writeLine(text) }

    private mutating func leave() -> Int? {
        isLeft = score.of == 0
        return nil
    }

    /// 1 or 2; nil when there is none any more.
    private mutating func answer() throws -> Int? {
        while true {
            guard let answers else {
                guard let key = KeyReader.next(interrupts) else { return nil }
                if key == "q" { return leave() }
                if let number = key.wholeNumberValue, (1...2).contains(number) { return number }
                continue
            }
            switch answers.readLine(prompt: .message) {
            case .line(let line) where ["1", "2"].contains(line.trimmed): return Int(line.trimmed)
            case .line(let line) where ["q", "ㅂ"].contains(line.trimmed): return leave()
            case .line, .unusable:
                hasRefused = true
                try? Output.error.tell(phrase("An answer is 1 or 2."))
            case .end, .interrupted: return nil
            case .failed(let reason): throw CommandFailure(reason)
            case .terminated(let signal):
                throw ExitCode(ExitStatus.terminated(by: signal))
            }
        }
    }
}
