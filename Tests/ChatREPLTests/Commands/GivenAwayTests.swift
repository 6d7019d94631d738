import ChatCore
import Foundation
import Testing

/// What leaves charchat: lines in a terminal, pictures and pages, files for others and files for their owner.
@Suite struct GivenAwayTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws { home = try ExecutableHome() }

    private let training = [
        "--preset", "tiny", "--threads", "1", "--batch", "2", "--window", "16", "--steps", "2",
    ]

    @Test func lessonsAndNamesOfFilesCannotDriveTheTerminal() throws {
        let lessons = folder.url.appendingPathComponent("lessons")
        try FileManager.default.createDirectory(at: lessons, withIntermediateDirectories: true)
        _ = try write("[talk]\nPing.\n=> P\u{1B}[2Jong.\n", "lessons/talk.txt")
        let shown = try run("train", lessons.path, "--show", "2")
        #expect(shown.status == 0 && shown.output.contains("P␛[2Jong."), "\(shown)")
        #expect(!shown.output.contains("\u{1B}"))
        let corpus = try write(
            String(repeating: "hello there. \n", count: 40), "no\u{1B}[2Jtes.txt")
        let trained = try Executable.run(
            ["train", corpus, "-o", folder.url.path + "/made\u{1B}[2J.safetensors"] + training,
            environment: environment)
        #expect(
            trained.status == 0 && (trained.output + trained.error).contains("no␛[2Jtes.txt"),
            "\(trained)")
        #expect(!(trained.output + trained.error).contains("\u{1B}"), "\(trained)")
    }

    @Test func picturesAndPagesHoldNoCharacterThatXMLLacks() throws {
        let text = "a\u{FFFE}b\u{FFFF}c <\u{1}&"
        let picture = folder.url.path + "/inside.svg"
        let inspected = try run("inspect", model.path, "--text", text, "--svg", picture)
        #expect(inspected.status == 0, "\(inspected)")
        let page = folder.url.path + "/page.html"
        let corpus = try write("\(text)\n", "notes.txt")
        let compared = try run("compare", text + " ?", "--corpus", corpus, "--html", page)
        #expect(compared.status == 0, "\(compared)")
        for file in [picture, page] {
            let scalars = try String(contentsOfFile: file, encoding: .utf8).unicodeScalars
            let wrong = scalars.filter {
                ($0.value < 0x20 && !"\t\n\r".unicodeScalars.contains($0))
                    || [0xFFFE, 0xFFFF].contains($0.value)
            }
            #expect(wrong.isEmpty, "\(file)")
        }
    }

    @Test func whatIsForOthersFollowsTheUmaskAndWhatIsOnesOwnDoesNot() throws {
        let program = try Executable.url.path
        let corpus = try write("the lamp is in the garden\n", "notes.txt")
        func script(_ umask: String, _ place: String) -> String {
            """
            umask \(umask); cd '\(place)'
            printf 'hello\\n/export talk.md\\n' | '\(program)' --commands -s talk
            '\(program)' compare 'what is here?' --corpus '\(corpus)' --html page.html
            '\(program)' inspect '\(model.path)' --text 'hello there' --svg inside.svg
            '\(program)' sessions state talk -o state.safetensors
            """
        }
        for (umask, mode) in [("027", 0o640), ("000", 0o666)] {
            let place = folder.url.path + "/" + umask
            try FileManager.default.createDirectory(
                atPath: place, withIntermediateDirectories: true)
            let own = environment.merging(["CHARCHAT_HOME": place + "/home"]) { $1 }
            let result = try Executable.run(
                ["-c", script(umask, place)], environment: own,
                program: URL(fileURLWithPath: "/bin/sh"))
            #expect(result.status == 0, "\(result)")
            func permissions(_ name: String) throws -> Int? {
                try FileManager.default.attributesOfItem(atPath: place + "/" + name)[
                    .posixPermissions] as? Int
            }
            for name in ["talk.md", "page.html", "inside.svg", "state.safetensors"] {
                #expect(try permissions(name) == mode, "\(name) under umask \(umask)")
            }
            let sessions = try FileManager.default.contentsOfDirectory(
                atPath: place + "/home/sessions")
            #expect(sessions.contains("talk.jsonl"))
            for name in sessions where !name.hasPrefix(".") {
                #expect(
                    try permissions("home/sessions/" + name) == 0o600,
                    "\(name) under umask \(umask)")
            }
        }
    }

    @Test func aTextIsNoModelAndAFolderOfTextsIsACorpus() throws {
        let text = try write("the lamp is in the garden\n", "notes.txt")
        let inspected = try run("inspect", text)
        #expect(inspected.status == 1 && inspected.error.contains("is a text"), "\(inspected)")
        let texts = folder.url.appendingPathComponent("texts")
        try FileManager.default.createDirectory(at: texts, withIntermediateDirectories: true)
        for name in ["a", "b"] {
            _ = try write(
                String(repeating: "hello there. \n", count: 40), "texts/\(name).txt")
        }
        let trained = try Executable.run(
            ["train", texts.path, "-o", folder.url.path + "/made.safetensors"] + training,
            environment: environment)
        #expect(trained.status == 0, "\(trained)")
        #expect((trained.output + trained.error).contains("plain text, 2 files"), "\(trained)")
    }
}
