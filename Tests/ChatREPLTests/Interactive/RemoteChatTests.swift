import ChatCore
import ChatREPL
import ChatServer
import Foundation
import Testing

/// A server that says back what it hears.
private final class EchoServer: RemoteServer {
    let address: ServerAddress
    var kept: [String: [RemoteTurn]] = [:]
    var told: [RemoteSettings] = []
    var problem: ClientError?

    init() throws { address = try ServerAddress("http://127.0.0.1:8080") }

    func sessions(while goesOn: () -> Bool) throws -> [RemoteSession] {
        kept.keys.sorted().map {
            RemoteSession(
                name: $0, turnCount: kept[$0]?.count ?? 0, modified: Date(timeIntervalSince1970: 0),
                opening: kept[$0]?.first?.turn.user ?? "")
        }
    }
    func turns(of name: String, while goesOn: () -> Bool) throws -> [RemoteTurn] {
        guard let turns = kept[name] else { throw ClientError.refused("there is no such session") }
        return turns
    }
    func begin(while goesOn: () -> Bool) throws -> String {
        let name = "day \(kept.count + 1)"
        kept[name] = []
        return name
    }
    func takeBack(_ id: String, while goesOn: () -> Bool) throws {
        for name in kept.keys { kept[name]?.removeAll { $0.id == id } }
    }
    func say(
        _ text: String, in name: String?, settings: RemoteSettings, emit: (String) -> Bool
    ) throws -> RemoteReply {
        if let problem { throw problem }
        told.append(settings)
        var reply = ""
        for character in "\(text)!" {
            reply.append(character)
            guard emit(String(character)) else {
                return RemoteReply(text: reply, finishReason: .interrupted)
            }
        }
        if let name {
            let number = (kept[name]?.count ?? 0) + 1
            let turn = Turn(
                number: number, user: text, reply: reply, finishReason: .complete,
                origin: .generated,
                startsFresh: number == 1)
            kept[name]?.append(RemoteTurn(id: "\(name) \(number)", turn: turn))
        }
        return RemoteReply(text: reply, finishReason: .complete)
    }
}

@Suite struct RemoteChatTests {
    private let server: EchoServer

    init() throws { server = try EchoServer() }

    /// Runs `script`; what the screen shows at the end.
    private func screen(
        _ script: [String], stopAfter: Int? = nil, isInteractive: Bool = true, status: Int32 = 0,
        opening name: String? = nil, isKept: Bool = true
    ) throws -> String {
        let screen = RecordingScreen()
        let interrupts = ScriptedInterrupts()
        interrupts.stopAfter = stopAfter
        let chat = RemoteChat(
            server: server, reader: ScriptedLineReader(script.map { .line($0) }, screen: screen),
            screen: screen, interrupts: interrupts,
            settings: RemoteSettings(temperature: 0.5), isInteractive: isInteractive,
            allowsCommands: true, isKept: isKept)
        if let name { try chat.open(name) }
        #expect(try chat.run() == status)
        return screen.text
    }

    @Test func whatIsSaidIsAnsweredAndKeptInOneSession() throws {
        let shown = try screen(["one", "two", "/bye"])
        #expect(shown == ">>> one\none!\n>>> two\ntwo!\n>>> /bye\n")
        #expect(server.kept["day 1"]?.map(\.turn.user) == ["one", "two"])
        // A setting is told once.
        #expect(server.told == [RemoteSettings(temperature: 0.5), RemoteSettings()])
    }

    @Test func nothingIsBegunBeforeSomethingIsSaid() throws {
        _ = try screen(["/sessions", "/log", ""])
        #expect(server.kept.isEmpty)
    }

    @Test func aQuestionAloneIsNoSession() throws {
        #expect(try screen(["one"], isKept: false) == ">>> one\none!\n>>> \n")
        #expect(server.kept.isEmpty)
    }

    @Test func sessionsAreListedLoadedShownAndBegunAnew() throws {
        _ = try screen(["one", "two"])
        let shown = try screen(["/sessions", "/load day 1", "/log", "/new", "three", "/session"])
        #expect(shown.contains("day 1") && shown.contains("2 turns"))
        #expect(shown.contains("Going on with 'day 1', 2 turns."))
        #expect(shown.contains("1  >>> one\n   one!\n2  >>> two\n   two!"))
        #expect(shown.contains("Session 'day 2' on http://127.0.0.1:8080, 1 turn."))
        #expect(server.kept["day 2"]?.map(\.turn.user) == ["three"])
    }

    @Test func undoTakesBackOnTheServer() throws {
        let shown = try screen(["one", "two", "three", "/undo 2", "four"])
        #expect(shown.contains("Undid 2 turns."))
        #expect(server.kept["day 1"]?.map(\.turn.user) == ["one", "four"])
        #expect(try screen(["/undo"]).contains("! There is no turn to undo"))
    }

    @Test func ctrlCStopsTheReplyAlone() throws {
        let shown = try screen(["one", "/bye"], stopAfter: 2)
        #expect(shown == ">>> one\non [interrupted]\n>>> /bye\n")
    }

    @Test func whatNeedsAModelHereSaysSo() throws {
        let shown = try screen(["/memory", "/fork x", "/new holiday"])
        #expect(shown.contains("! /memory works only with a model here"))
        #expect(shown.contains("! /fork works only with a model here"))
        #expect(shown.contains("! A server names its sessions"))
    }

    @Test func helpShowsWhatThereIs() throws {
        let shown = try screen(["/?", "/help log"])
        #expect(shown.contains("/undo") && !shown.contains("/memory"))
        #expect(shown.contains("this session's turns, numbered"))
    }

    @Test func aSettingHoldsFromTheNextReplyOn() throws {
        let shown = try screen(["one", "/set top-p 0.5", "two"])
        #expect(shown.contains("From the next reply on: top-p is now 0.5."))
        #expect(server.told.last == RemoteSettings(topP: 0.5))
    }

    @Test func anErrorOfTheServerIsOneLineAndTheChatGoesOn() throws {
        server.problem = .away(address: "http://127.0.0.1:8080", reason: "Connection refused")
        let shown = try screen(["one", "/bye"])
        let line = "! The server at http://127.0.0.1:8080 cannot be reached: Connection refused"
        #expect(shown.contains("\(line); 'charchat serve' starts one\n>>> /bye"))
        // In a pipe it is an error at the end.
        _ = try screen(["one"], isInteractive: false, status: 1)
    }

    @Test func aSessionThatIsNotThereCannotBeOpened() throws {
        #expect(throws: ClientError.refused("there is no such session")) {
            try screen([], opening: "none")
        }
    }
}
