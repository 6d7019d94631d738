import ChatCore
import Foundation
import Testing

/// The built executable and its saved sessions: which one goes on, what is listed, what is left on disk.
@Suite struct SavedSessionTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws { home = try ExecutableHome() }

    @Test func sessionsAreResumedListedExportedForkedRenamedAndDeleted() throws {
        _ = try run("-s", "talk", input: "one\n")
        _ = try run("-c", input: "two\n")
        #expect(try run("sessions", "list").output.contains("talk"))
        #expect(try run("sessions", "search", "two").output.contains("talk"))
        let nothing = try run("sessions", "search", "xylophone")
        #expect(nothing.status == 0 && nothing.output == "")
        #expect(nothing.error == "Nothing found for 'xylophone'.\n")
        #expect(try run("sessions", "show", "talk").output.contains(">>> two"))
        #expect(try run("sessions", "export", "talk", "--format", "txt").output.contains("two"))
        #expect(try run("sessions", "fork", "talk", "copy", "--at", "1").status == 0)
        #expect(try !run("sessions", "show", "copy").output.contains(">>> two"))
        #expect(try run("sessions", "rename", "copy", "other").status == 0)
        #expect(try run("sessions", "delete", "other").status == 0)
        let gone = try run("sessions", "show", "other")
        #expect(gone.status == 1)
        #expect(gone.error.hasPrefix("charchat: ") && gone.error.split(separator: "\n").count == 1)
        #expect(try run("inspect", "talk").output.contains("turns     2"))
    }

    @Test func ofAnImportedSessionThereIsNothingToVerify() throws {
        let file = try write(
            #"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"ho"}]}"#,
            "held.jsonl")
        #expect(try run("sessions", "import", file, "--name", "held").status == 0)
        let none = try run("replay", "held", "--verify")
        #expect(none.status == 0)
        #expect(
            none.output.hasSuffix("Nothing to verify: 1 imported, none generated.\n"), "\(none)")
        _ = try run("-s", "held", input: "more\n")
        let one = try run("replay", "held", "--verify")
        #expect(
            one.output.hasSuffix(
                "Verified 1 reply: the same to the last character; 1 imported, not checked.\n"),
            "\(one)")
    }

    @Test func aNameThatIsNotSavedIsTold() throws {
        let result = try run("--no-save", input: "/new trip\nhello\n/save trip\n")
        #expect(result.error.contains("not saved because of --no-save; /save trip saves it."))
        #expect(try run("sessions", "show", "trip").output.contains(">>> hello"))
    }

    @Test func theLatestSessionIsTheOneThatWasLeftLast() throws {
        _ = try run("-s", "work", input: "one\n/save backup\n/bye\n")
        #expect(try run("-c", input: "/session\n").error.contains("Session 'work'"))
        _ = try run("-s", "backup", input: "/load work\n/bye\n")
        #expect(try run("-c", input: "/session\n").error.contains("Session 'work'"))
    }

    @Test func aLaterSessionOfAnotherModelIsPassedOver() throws {
        _ = try run("-s", "mine", input: "one\n")
        let other = try TinyModel.save(TinyModel.make(seed: 2), in: folder.url, as: "other")
        _ = try run("-m", other.path, "-s", "theirs", input: "one\n")
        let next = try run("-c", input: "/session\n")
        #expect(next.status == 0 && next.error.contains("Session 'mine'"), "\(next)")
        #expect(next.error.contains("'theirs', speaks with another model"), "\(next)")
        _ = try run("sessions", "delete", "mine")
        let only = try run("-c", input: "/session\n")
        #expect(only.status == 1 && only.error.contains("give its model with -m"), "\(only)")
    }

    @Test func aForkBeforeTheFirstTurnIsRefused() throws {
        _ = try run("-s", "talk", input: "one\n")
        let result = try run("sessions", "fork", "talk", "none", "--at", "0")
        #expect(result.status == 1 && result.error.contains("give a number from 1"), "\(result)")
    }

    @Test func nothingSavedToGoOnWithIsAnError() throws {
        let result = try run("-c", input: "hello\n")
        #expect(result.status == 1)
        #expect(result.error.contains("there is no saved session"))
    }

    @Test func noSaveLeavesNothing() throws {
        #expect(try run("--no-save", input: "hello\n").status == 0)
        let home = folder.url.appendingPathComponent("home").path
        let left = try? FileManager.default.subpathsOfDirectory(atPath: home)
        #expect(left ?? [] == [])
    }
}
