import ChatCore
import ChatEvaluation
import ChatREPL
import Foundation
import Testing

/// `tour` of the built executable, and its screens.
@Suite(.serialized) struct TourCommandTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws { home = try ExecutableHome(terminal: ["TERM": "xterm-256color"]) }

    private func text(
        _ message: String, _ model: ChatModel, path: String? = nil, colored: Bool = false,
        width: Int = 80
    ) throws -> TourText {
        let generator = ReplyGenerator(model: model)
        return TourText(
            tour: try #require(try Tour(message, generator: generator, search: nil)), model: model,
            modelName: "tiny.safetensors", modelPath: path, searched: "", folder: "~/sessions",
            style: Style(isColored: colored), width: width)
    }

    @Test func aPipeGetsEveryScreenWithTheModelsNumbers() throws {
        let all = try run("tour", "hello")
        #expect(all.status == 0 && all.error == "", "\(all)")
        for (index, title) in TourText.titles.enumerated() {
            #expect(all.output.contains("\(index + 1) of 10  \(title)\n"), "\(title)")
        }
        #expect(!all.output.contains("\u{1B}") && all.output.hasPrefix("1 of 10  What this is\n"))
        for line in all.output.split(separator: "\n") {
            #expect(DisplayWidth.of(String(line)) <= 80, "\(line)")
        }
        let model = try TinyModel.make()
        let expected = try text("hello", model)
        for number in 2...8 {
            let one = try run("tour", "hello", "--screen", "\(number)")
            #expect(one.status == 0 && one.output == expected.screen(number) + "\n", "\(one)")
            #expect(all.output.contains(expected.screen(number)))
        }
        let tour = try #require(
            try Tour("hello", generator: ReplyGenerator(model: model), search: nil))
        for odds in tour.next {
            #expect(
                expected.screen(5).contains(" \(ModelText.fixed(100 * odds.share, 1)) %  "),
                "\(odds)")
        }
        #expect(expected.screen(2).contains("code point  U+0068"))
        #expect(expected.screen(4).contains("GRU: 24 numbers") && !all.output.contains("LSTM"))
        #expect(
            all.output.replacing("\n", with: " ")
                .contains("Verified 2 replies: the same to the last character"))
    }

    @Test func wrongUsageIsRefused() throws {
        for arguments in [["--screen", "11"], ["--screen", "0"], [" "], ["two\nlines"]] {
            let result = try Executable.run(["tour"] + arguments, environment: environment)
            #expect(result.status == 64 && result.output == "", "\(arguments)")
        }
    }

    @Test func aModelOfPlainTextIsToldNothing() throws {
        let model = try TinyModel.save(
            try TinyModel.make(format: .text), in: folder.url, as: "text")
        let all = try Executable.run(
            ["tour", "-m", model.path],
            environment: environment.merging(["COLUMNS": "300"]) { $1 })
        #expect(all.status == 0 && all.output.contains("can be told nothing"), "\(all)")
        #expect(all.output.contains("It learned plain text") && !all.output.contains("My name is"))
        #expect(all.output.contains("charchat sample -m \(model.path)"))
        #expect(!all.output.contains("charchat compare"))
    }

    @Test func aModelWithAPointerHeadSaysWhatItKeepsOfTheText() throws {
        let plain = try TinyModel.make()
        var shape = plain.network.configuration
        shape.pointerHead = PointerHeadConfiguration(keySize: 4, reach: 2048)
        var parameters = Parameters(layout: ParameterLayout(shape))
        parameters.values.replaceSubrange(
            0..<plain.network.configuration.parameterCount,
            with: plain.network.parameters.values)
        let model = try ChatModel(
            network: LanguageModel(configuration: shape, parameters: parameters),
            alphabet: plain.alphabet, format: plain.format)
        let tour = try text("hello", model, width: 1000)
        #expect(tour.screen(1).contains("gru 24 + pointer head 4"))
        let state = tour.screen(4)
        #expect(state.contains("pointer head, 2,048 keys of 4 numbers"), "\(state)")
        #expect(state.contains("of the text only the last 2,048 symbols"))
        #expect(!state.contains("neither the text"))
        #expect(tour.screen(5).contains("; the pointer head adds"))
        try KoreanWords.load().speak {
            #expect(tour.screen(1).contains("gru 24 + 포인터 헤드 4"))
            // All values begin in one column.
            #expect(tour.screen(2).contains("  코드 포인트  U+0068\n"))
            #expect(tour.screen(2).contains("  글자         h\n"))
        }
    }

    @Test(arguments: [40, 50, 80])
    func everyScreenFitsTheTerminal(width: Int) throws {
        let models = [try TinyModel.make(), try TinyModel.make(format: .text)]
        for model in models {
            for message in ["hello", "간다", "Ω is not in it", "\u{1B}[2J"] {
                let tour = try text(message, model, path: "/a b/x", colored: true, width: width)
                for number in 1...10 {
                    let screen = tour.screen(number)
                    #expect(!screen.contains("\u{1B}[2J"))
                    for line in screen.split(separator: "\n") {
                        #expect(DisplayWidth.of(String(line)) <= width, "\(line)")
                    }
                }
                #expect(tour.screen(10).contains("'/a b/x'") || width < 80)
            }
        }
        for number in [1, 10] {
            #expect(DisplayWidth.of(TourText.footer(number, width: width)) < width)
        }
    }

    @Test func inKoreanTheExamplesHaveKoreanNames() throws {
        let korean = try Executable.run(
            ["tour", "hello", "--screen", "10"],
            environment: environment.merging(["LC_ALL": "ko_KR.UTF-8"]) { $1 })
        #expect(korean.status == 0 && korean.output.contains("-s 여행"), "\(korean)")
        #expect(korean.output.contains("--text '안녕'") && !korean.output.contains("holiday"))
    }

    @Test func aSyllableIsShownByItsLettersAndWhatIsNotLearnedByItsBytes() throws {
        let model = try TinyModel.make()
        let syllable = try text("간", model).screen(2)
        #expect(syllable.contains("spelled     ㄱ ㅏ "), "\(syllable)")
        #expect(syllable.contains("UTF-8       EA B0 84"))
        let known = try text("가", model).screen(2)
        #expect(known.contains("spelled     ㄱ ㅏ\n") && known.contains("67 letters"), "\(known)")
        let other = try text("Ω", model).screen(2)
        #expect(other.contains("(half-byte 12) (half-byte 14)") && other.contains("in two halves"))
    }

    private func start(_ columns: Int = 80) throws -> PseudoTerminal {
        try PseudoTerminal(
            try Executable.url, ["tour", "hello"], environment: environment, columns: columns)
    }

    private func wait(_ terminal: PseudoTerminal, footer: String) throws {
        try terminal.wait("footer '\(footer)'") { $0.lines.last?.hasPrefix(footer) == true }
    }

    @Test func keysGoOnAndBackAndEnd() throws {
        let terminal = try start()
        try wait(terminal, footer: "1 of 10: ")
        let keys = [
            " ": 2, "\u{1B}[C": 3, "n": 4, "b": 3, "\u{1B}[D": 2, "x\r": 3, "p": 2, "ㅜ": 3, "ㅠ": 2,
        ]
        for key in [" ", "\u{1B}[C", "n", "b", "\u{1B}[D", "x\r", "p", "ㅜ", "ㅠ"] {
            terminal.type(key)
            try wait(terminal, footer: "\(keys[key] ?? 0) of 10: ")
        }
        #expect(terminal.screen.text.components(separatedBy: "2 of 10  The key").count == 5)
        terminal.type("q")
        #expect(try terminal.waitForExit() == 0)
        // What keys do is not left behind.
        #expect(!terminal.screen.text.contains("q ends"))
    }

    @Test func behindTheLastScreenItEndsAsAtCtrlDAndAtCtrlC() throws {
        let whole = try start(40)
        for number in 1...10 {
            try wait(whole, footer: "\(number)/10 Enter")
            whole.type("\r")
        }
        #expect(try whole.waitForExit() == 0)
        for (key, status) in [("\u{4}", Int32(0)), ("\u{3}", 130)] {
            let terminal = try start()
            try wait(terminal, footer: "1 of 10: ")
            terminal.type(key)
            #expect(try terminal.waitForExit() == status)
        }
    }
}
