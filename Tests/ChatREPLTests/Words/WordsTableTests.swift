import ChatCorpus
import ChatREPL
import Foundation
import Testing

/// The tables of the program's words against the sources that say them.
@Suite struct WordsTableTests {
    private let table: [String: String]
    private let file: String

    init() throws {
        let url = FilesDocument.repository.appending(
            path: "Sources/ChatREPL/Resources/words-ko.json")
        file = try String(contentsOf: url, encoding: .utf8)
        table = try JSONDecoder().decode([String: String].self, from: Data(file.utf8))
    }

    /// The sources below a folder of the repository.
    private func sources(_ folder: String) throws -> [(name: String, text: String)] {
        let root = FilesDocument.repository.appending(path: folder)
        return try FileManager.default.subpathsOfDirectory(atPath: root.path)
            .filter { $0.hasSuffix(".swift") && !$0.hasPrefix("Words/") }
            .map { name in
                let text = try String(contentsOf: root.appending(path: name), encoding: .utf8)
                return (name: name, text: text)
            }
    }

    /// What stands in `phrase("…")`.
    private func said() throws -> Set<String> {
        var said: Set<String> = []
        for (name, text) in try sources("Sources/ChatREPL") {
            let literals = text.matches(of: /phrase\(\s*"((?:[^"\\]|\\.)*)"\s*[,)]/).map {
                String($0.output.1)
            }
            #expect(
                literals.count == text.matches(of: /phrase\(/).count,
                "\(name): what phrase says is one literal in one line")
            for literal in literals {
                #expect(!literal.contains("\\("), "\(name): a value goes behind %@ in \(literal)")
                said.insert(literal.replacing("\\\"", with: "\"").replacing("\\\\", with: "\\"))
            }
        }
        return said
    }

    /// What stands in tables and is said by what shows them.
    private var shown: Set<String> {
        var shown = Set(CommandEntry.Group.allCases.map(\.rawValue))
        shown.formUnion(LessonTurn.Need.allCases.map(ComparisonText.label))
        for entry in CommandTable.entries {
            shown.formUnion([entry.summary, entry.details])
            shown.formUnion(entry.arguments.matches(of: /[A-Z]+/).map { String($0.output) })
        }
        return shown
    }

    @Test func everyTextIsThereAndNoneIsLeftOver() throws {
        let wanted = try said().union(shown)
        #expect(wanted.count > 300)
        #expect(wanted.subtracting(table.keys).sorted() == [])
        // The reasons of errors are words of the libraries.
        let libraries = try sources("Sources").map(\.text).joined()
        let unused = Set(table.keys).subtracting(wanted).filter { !libraries.contains("\"\($0)\"") }
        #expect(unused.sorted() == [])
    }

    @Test func everyTextStandsOnceAndInOneLine() {
        #expect(file.split(separator: "\n").count == table.count + 2)
        #expect(table.values.allSatisfy { !$0.isEmpty })
    }

    @Test func placeholdersAgree() {
        for (english, korean) in table {
            #expect(
                KoreanWords.places(english) == KoreanWords.places(korean), "\(english)")
        }
    }

    @Test func theCommandsThatTextsNameExist() {
        for (english, korean) in table {
            for match in korean.matches(of: /(?:^|[\s('])\/([a-z가-힣]+)/) {
                let word = "/\(match.output.1)"
                let names = CommandTable.entries.flatMap { $0.names + $0.koreanNames }
                #expect(names.contains { word.hasPrefix($0) }, "\(word) in: \(english)")
            }
        }
    }

    @Test func namesOfCommandsAreUnlikeEachOther() {
        let names = CommandTable.entries.flatMap { $0.names + $0.koreanNames }
        #expect(Set(names).count == names.count)
        for entry in CommandTable.entries {
            for name in entry.koreanNames {
                #expect(CommandTable.entry(named: name)?.names == entry.names)
                // As a Mac's file system and some keyboards spell it.
                let parts = name.decomposedStringWithCanonicalMapping
                #expect(CommandTable.entry(named: parts)?.names == entry.names)
            }
        }
    }

    @Test(arguments: [40, 60, 80, 120])
    func helpFitsTheTerminalInKorean(columns: Int) {
        Words(.korean, table: table).speak {
            let texts =
                [HelpText.overview(.plain, columns: columns)]
                + CommandTable.entries.map { HelpText.details($0, .plain, columns: columns) }
            for line in texts.joined(separator: "\n").split(separator: "\n") {
                #expect(DisplayWidth.of(String(line)) <= columns, "\(line)")
            }
            #expect(texts[0].contains("/끝") && texts[0].contains("/bye"))
        }
    }

    @Test func tabOffersKoreanNamesInKorean() {
        let completer = Completer(sessionNames: { ["여행"] })
        #expect(completer.complete("/저") == .nothing)
        Words(.korean, table: table).speak {
            #expect(completer.complete("/저") == .words(["/저장"]))
            // Both languages' names at once would fill the terminal.
            #expect(completer.complete("/") == .words(CommandTable.listedNames.sorted()))
            #expect(!CommandTable.listedNames.contains("/undo"))
            #expect(completer.complete("/und") == .words(["/undo"]))
            #expect(completer.complete("/도움말 취") == .words(["취소"]))
            #expect(completer.complete("/도움말 주") == .words(["주제"]))
            #expect(completer.complete("/보기 모") == .words(["모델"]))
            #expect(completer.complete("/설정 온") == .words(["온도"]))
            #expect(completer.complete("/상태 차") == .words(["차이"]))
        }
        #expect(completer.complete("/열기 여") == .words(["여행"]))
    }

    @Test func anUnknownOrForgottenNameIsHintedInKorean() {
        #expect(CommandTable.entry(named: LineMeaning.meant("취소") ?? "")?.names == ["/undo"])
        #expect(CommandTable.entry(named: LineMeaning.meant("종료") ?? "")?.names[0] == "/bye")
        Words(.korean, table: table).speak {
            #expect(LineMeaning.meant("취소") == "/취소" && LineMeaning.meant("undo") == "/취소")
            guard case .problem(let text) = LineMeaning("/되살") else {
                Issue.record("/되살 was read as something")
                return
            }
            #expect(text.contains("/되살리기인가요?"))
        }
    }
}
