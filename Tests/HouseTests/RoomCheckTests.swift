import Foundation
import Testing

/// `scripts/check-rooms` on small houses with one thing wrong in each.
@Suite struct RoomCheckTests {
    static let contributing = """
        ## Who may use whom
        | room | may use |
        | --- | --- |
        | ChatCore/Numerics | |
        | ChatCore/Text | |
        | ChatCore/Session | Text |
        | ChatREPL/Terminal | |
        | ChatREPL/Main.swift | Terminal |

        ### Exceptions
        | file | rule | why |
        | --- | --- | --- |
        | `Sources/ChatCore/Text/MappedFile.swift` | raw memory | a memory map is raw memory |
        | `Sources/ChatCore/Session/` | row pointers | it works along rows |
        """

    /// The check on a house of the given files, beside one sound file a room.
    func check(_ files: [String: String], contributing: String = contributing) throws -> ScriptRun {
        let house = try TemporaryFolder()
        let sound = [
            "CONTRIBUTING.md": contributing,
            "Sources/ChatCore/Numerics/RandomStream.swift":
                "public struct RandomStream {}\npublic struct Matrix { var p: UnsafePointer<Float> }\n",
            "Sources/ChatCore/Text/Alphabet.swift":
                "/// Not a Session.\npublic struct Alphabet { var version: Version }\n",
            "Sources/ChatCore/Version.swift": "public struct Version {}\n",
            "Sources/ChatCore/Session/Session.swift":
                "public final class Session { let alphabet: Alphabet }\nfunc open(_ n: Int) {}\n",
        ]
        for (path, text) in sound.merging(files, uniquingKeysWith: { $1 }) {
            try house.write(text, to: path)
        }
        return try ScriptRun("scripts/check-rooms", house.url.path)
    }

    @Test func aSoundHousePasses() throws {
        let run = try check([:])
        #expect(run.status == 0)
        #expect(run.output == "")
    }

    @Test(arguments: [
        ("Text/A.swift", "struct A { let s: Session }", "Text may not use Session"),
        ("Text/A.swift", "extension Matrix {}", "Text may not use Matrix"),
        ("Text/A.swift", "let a = open(1)", "Text may not use open()"),
        ("Text/A.swift", "func f() {\n    print(1)\n}", "never prints"),
        ("Text/A.swift", "let a = readLine()", "never prints"),
        ("Text/A.swift", "func f() { exit(1) }", "never prints"),
        ("Text/A.swift", "let a = FileHandle.standardError", "standard streams"),
        ("Text/A.swift", "import CReadline", "only ChatREPL/Terminal imports CReadline"),
        ("Numerics/A.swift", "import CoreMath", "only ChatTraining/Numerics calls"),
        ("Numerics/A.swift", "private import CoreMath", "only ChatTraining/Numerics calls"),
        ("Text/A.swift", "import CoreExact", "only ChatCore/Numerics calls"),
        ("Text/A.swift", "import CLibCrypto", "only ChatCore/Bytes imports"),
        ("Text/A.swift", "let a = b.withUnsafeBytes { $0.count }", "raw memory stays"),
        ("A.swift", "let s: Session", "may not use Session"),
        ("Text/A.swift", "let a = \"give --minutes\"", "name no option"),
        ("Text/A.swift", "let a = \"see charchat train\"", "name no option"),
        ("Text/A.swift", "let a = \"go on; /save NAME\"", "name no option"),
        ("Text/A.swift", "let a = \"see charchat serve\"", "name no option"),
        ("Text/A.swift", "let a = \"\"\"\n    See charchat fill.\n    \"\"\"", "name no option"),
        ("Text/A.swift", "/// What `sessions list` shows.", "name no option"),
        ("Text/A.swift", "// Given with --columns.", "name no option"),
        ("Session/A.swift", "let a = try! f()", "no fatalError"),
        ("Session/A.swift", "let a = b as! Int", "no fatalError"),
        ("Session/A.swift", "func f() { fatalError(\"no\") }", "no fatalError"),
        ("Cellar/A.swift", "struct A {}", "the room ChatCore/Cellar is not in the table"),
    ])
    func aPlantedFaultIsFound(path: String, source: String, message: String) throws {
        let run = try check(["Sources/ChatCore/\(path)": source + "\n"])
        #expect(run.status == 1)
        #expect(run.output.hasPrefix("Sources/ChatCore/\(path):"))
        #expect(run.output.contains(message))
        #expect(run.output.split(separator: "\n").count == 1)
    }

    @Test(arguments: [
        "// a Session prints: print(1)",
        "let text = \"Session print(1) try! \\(1)\"",
        "let text = \"\"\"\n    Session exit(1)\n    \"\"\"",
        "let a = self.print(1)",
        "let a = file.open(1)",
        "func opened(open: Int) {}",
        "private struct Session {}",
        "import struct Foundation.Data",
        "// `search` answers `POST /v1/search`; a < b -- c.",
    ])
    func whatOnlyLooksLikeAFaultPasses(source: String) throws {
        let path = source.hasPrefix("private") ? "Session/B.swift" : "Text/B.swift"
        let run = try check(["Sources/ChatCore/\(path)": source + "\n"])
        #expect(run.output == "")
    }

    @Test func anExceptionIsForItsFileAlone() throws {
        let source = "struct A { let p: UnsafeRawPointer }\n"
        #expect(try check(["Sources/ChatCore/Text/MappedFile.swift": source]).status == 0)
        #expect(try check(["Sources/ChatCore/Text/OtherFile.swift": source]).status == 1)
    }

    @Test(arguments: [
        ("let row: UnsafeMutablePointer<Float>", 0), ("let row = UnsafePointer(base)", 0),
        ("let bytes: UnsafeRawPointer", 1), ("let p = rows.baseAddress", 1),
    ])
    func whoMayHoldRowsOfAFolderMayNotMakeThem(source: String, status: Int32) throws {
        #expect(try check(["Sources/ChatCore/Session/Rows.swift": source + "\n"]).status == status)
    }

    @Test func aFileWithARowInTheTableIsARoomOfItsOwn() throws {
        let terminal = ["Sources/ChatREPL/Terminal/Style.swift": "enum Style {}\n"]
        func main(_ source: String) throws -> ScriptRun {
            try check(terminal.merging(["Sources/ChatREPL/Main.swift": source]) { $1 })
        }
        #expect(try main("let style = Style.self\n").output == "")
        let display = ["Sources/ChatREPL/Display/Page.swift": "enum Page {}\n"]
        let table = Self.contributing.replacing(
            "| ChatREPL/Terminal | |", with: "| ChatREPL/Terminal | |\n| ChatREPL/Display | |")
        let run = try check(
            terminal.merging(display) { $1 }
                .merging(["Sources/ChatREPL/Main.swift": "let a: Page\n"]) { $1 },
            contributing: table)
        #expect(run.output.contains("Main.swift may not use Page"))
    }

    @Test func whatAnotherTargetDeclaresIsForTheCompilerToJudge() throws {
        let run = try check([
            "Sources/ChatREPL/Terminal/Line.swift":
                "enum Line {}\nlet line = Line.self\nlet session: Session\n",
            "Sources/ChatCore/Session/Line.swift": "enum Line {}\nlet line = Line.self\n",
        ])
        #expect(run.output == "")
    }

    @Test func onlyTerminalImportsCReadline() throws {
        let source = "import CReadline\n"
        #expect(try check(["Sources/ChatREPL/Terminal/LineReader.swift": source]).status == 0)
    }

    @Test func aTableThatGoesInACircleIsFound() throws {
        let circle = Self.contributing.replacing(
            "| ChatCore/Text | |", with: "| ChatCore/Text | Session |")
        #expect(try check([:], contributing: circle).output.contains("in a circle"))
    }

    @Test(arguments: [
        ("Makefile", "fetch:\n\tcurl https://example.org/model"),
        ("scripts/get", "pip install --index-url x torch"),
    ])
    func buildFilesReachForNoStranger(path: String, text: String) throws {
        let run = try check([path: text + "\n"])
        #expect(run.status == 1)
        #expect(run.output.hasPrefix("\(path):"))
    }

    @Test func aPathOfThisMachineIsFound() throws {
        let house = try TemporaryFolder()
        try house.write(Self.contributing, to: "rooms/CONTRIBUTING.md")
        try house.write("See \(house.url.path)/notes.txt\n", to: "rooms/README.md")
        let run = try ScriptRun("scripts/check-rooms", house.url.appending(path: "rooms").path)
        #expect(run.output == "README.md:1: a path of this machine\n")
        #expect(run.status == 1)
    }
}
