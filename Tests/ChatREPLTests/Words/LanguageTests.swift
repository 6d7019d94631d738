import ChatREPL
import Foundation
import Testing

@Suite struct LanguageTests {
    @Test(
        arguments: [
            ([:], .english), (["LANG": "ko_KR.UTF-8"], .korean), (["LANG": "ko"], .korean),
            (["LANG": "C"], .english), (["LANG": "POSIX"], .english), (["LANG": ""], .english),
            (["LANG": "de_DE.UTF-8"], .english), (["LANG": "kok_IN"], .english),
            (["LC_MESSAGES": "en_US.UTF-8", "LANG": "ko_KR.UTF-8"], .english),
            (["LC_MESSAGES": "ko_KR", "LANG": "en_US.UTF-8"], .korean),
            (["LC_ALL": "C.UTF-8", "LC_MESSAGES": "ko_KR", "LANG": "ko_KR"], .english),
            (["LC_ALL": "", "LC_MESSAGES": "", "LANG": "ko_KR.UTF-8"], .korean),
            (["CHARCHAT_LANG": "ko", "LC_ALL": "C"], .korean),
            (["CHARCHAT_LANG": "en", "LC_ALL": "ko_KR.UTF-8"], .english),
            (["CHARCHAT_LANG": "", "LANG": "ko_KR.UTF-8"], .korean),
            (["LC_CTYPE": "ko_KR.UTF-8"], .english),
        ] as [([String: String], Language)])
    func theFirstVariableThatIsSetDecides(environment: [String: String], language: Language) {
        #expect(Language(environment: environment) == language)
    }

    @Test func placeholdersAreFilledInOrderOrByNumber() {
        #expect(Words.filled("%@ and %@", ["a", "b"]) == "a and b")
        #expect(Words.filled("%2$@ %1$@", ["a", "b"]) == "b a")
        #expect(Words.filled("95 % of %@", ["%@"]) == "95 % of %@")
        #expect(Words.filled("%@ %@", ["a"]) == "a ")
        #expect(Words.filled("%@", []) == "%@")
    }

    @Test func whatATableLacksStaysEnglish() {
        let words = Words(.korean, table: ["1 turn": "1차례"])
        words.speak {
            #expect(phrase("1 turn") == "1차례" && phrase("%@ turns", 2) == "2 turns")
        }
        #expect(phrase("1 turn") == "1 turn")
    }
}

/// The executable in both languages.
@Suite struct SpokenLanguageTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws { home = try ExecutableHome() }

    private static let korean = ["LC_ALL": "ko_KR.UTF-8"]

    private func say(
        _ lines: String, in locale: [String: String] = [:], json: Bool = false
    ) throws -> Executable.Result {
        let arguments = ["chat", "--commands", "--no-save", "--temperature", "0"]
        return try Executable.run(
            arguments + (json ? ["--json"] : []), input: Data(lines.utf8),
            environment: environment.merging(locale) { $1 })
    }

    @Test func koreanNamesOfCommandsAreUnderstoodInEveryLanguage() throws {
        let english = try say("/취소\n/도움말 저장\n/끝\nnot reached\n")
        #expect(english.status == 1 && english.output == "\n\n\n", "\(english)")
        #expect(english.error.contains("There is no turn to undo"))
        #expect(english.error.contains("/save [NAME]: keep this session under a name"))
        let korean = try say("/도움말\n/help save\n/끝\n", in: Self.korean)
        #expect(korean.status == 0, "\(korean)")
        #expect(korean.error.contains("/저장, /save [이름]"), "\(korean)")
        #expect(korean.error.contains("다른 이름: /save"), "\(korean)")
    }

    @Test func whereTheTableWasLeftBehindItSpeaksEnglish() throws {
        let alone = folder.url.appendingPathComponent("charchat")
        try FileManager.default.copyItem(at: try Executable.url, to: alone)
        let result = try Executable.run(
            ["chat", "--commands", "--no-save"], input: Data("/nothing\n".utf8),
            environment: environment.merging(Self.korean) { $1 }, program: alone)
        #expect(result.status == 1 && result.error.contains("Unknown command"), "\(result)")
    }

    @Test func repliesAndJSONAreTheSameInEveryLanguage() throws {
        let lines = "hello\n/nothing\n"
        let english = try say(lines)
        let korean = try say(lines, in: Self.korean)
        #expect(english.output == korean.output && english.status == korean.status)
        #expect(english.error.contains("Unknown command") && !korean.error.contains("Unknown"))
        let commands = "\"/nothing\"\n\"/help\"\n"
        let objects = try say(commands, json: true)
        #expect(objects.output.contains("Unknown command"), "\(objects)")
        #expect(try say(commands, in: Self.korean, json: true) == objects)
    }
}
