import ArgumentParser
import ChatCore
import ChatCorpus
import ChatEvaluation
import Foundation

struct SegmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segment", abstract: "Cut text without spaces into words where it surprises.",
        discussion: """
            Within a word the next character is easily told, at its end hardly (Elman 1990): a cut is \
            made where the surprise of a model rises that was trained on text without spaces. Spaces \
            that FILE has are taken out first; they are what the cuts are compared with, beside as many \
            cuts at random and cuts by the transition probabilities of character pairs (Saffran 1996). \
            The text goes to standard output, the comparison to standard error.

            Examples:
              charchat train book.txt --without-spaces -o run.safetensors --minutes 2
              charchat segment chapter.txt -m run.safetensors --pairs book.txt
              echo thedogandthecat | charchat segment - -m run.safetensors
            """)

    @Argument(
        help: ArgumentHelp("A text, or - for standard input.", valueName: "FILE"),
        completion: .file())
    var file: String

    @OptionGroup var model: ModelOption

    @Option(
        help: ArgumentHelp(
            "Count the character pairs of the comparison there, in the text that the model was trained on; else in FILE itself.",
            valueName: "FILE"),
        completion: .file())
    var pairs: String?

    @Option(
        help: ArgumentHelp("Draw the surprise and the cuts of the first lines.", valueName: "FILE"),
        completion: .file())
    var svg: String?

    @OptionGroup var reading: ReadingOptions

    @Flag(help: "One JSON object a line of text, and the comparison as the last.")
    var json = false

    func run() throws {
        let chatModel = try model.load()
        guard chatModel.format == .text else {
            let path = VisibleText.oneLine(try model.url().path)
            throw CommandFailure(
                phrase(
                    "%@ was taught dialogues; segment reads with a model of plain text without spaces: charchat train FILE --without-spaces -o MODEL",
                    path)
            )
        }
        if chatModel.alphabet.symbol(of: " ") != nil {
            try? Output.error.tell(
                phrase(
                    "This model was trained on text with spaces and waits for them; train one with --without-spaces."
                )
            )
        }
        let options = try reading.options()
        let lines = try Self.lines(try StandardInput.url(file), options)
        let learned = try pairs.map { try Self.lines(URL(fileURLWithPath: $0), options) }
        Signals.install(suspend: false)
        let interrupts = SignalInterrupts(interruptEnds: true)
        let bar = ProgressLine(phrase("Reading"))
        let segmentation = TextSegmentation(lines, model: chatModel, pairsOf: learned) { done in
            bar.show(Double(done) / Double(lines.count))
            return !interrupts.shouldStop()
        }
        bar.end()
        guard let segmentation else { throw interrupts.exitCode }
        if let svg {
            try NewFile.write(
                SegmentationPicture.svg(segmentation), to: URL(fileURLWithPath: svg))
            try? Output.error.tell(phrase("Wrote %@.", VisibleText.oneLine(svg)))
        }
        do {
            try show(segmentation)
        } catch OutputError.closed {}
    }

    private func show(_ segmentation: TextSegmentation) throws {
        if json {
            for line in segmentation.lines {
                try Output.standard.writeLine(try SegmentationText.json(line))
            }
            return try Output.standard.writeLine(try SegmentationText.json(segmentation))
        }
        let style = Style(
            isTerminal: Output.standard.isTerminal,
            environment: ProcessInfo.processInfo.environment)
        do {
            for line in segmentation.lines {
                try Output.standard.writeLine(SegmentationText.line(line, style: style))
            }
        } catch OutputError.closed {
            // The comparison is told all the same.
        }
        try? Output.error.tell(
            SegmentationText.scores(segmentation, isColored: style.isColored))
    }

    private static func lines(_ url: URL, _ options: CorpusOptions) throws -> [SpacelessLine] {
        try TextLines.read(url, options, for: "segment").map(SpacelessLine.init)
    }
}
