import Foundation
import Testing

/// The chat in Korean on a real pseudo-terminal.
@Suite(.serialized) struct KoreanTerminalTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws {
        home = try ExecutableHome(terminal: ["TERM": "xterm-256color", "LANG": "ko_KR.UTF-8"])
    }

    @Test(arguments: [40, 50, 80])
    func aChatBeginsHelpsAndEndsInKorean(columns: Int) throws {
        let terminal = try PseudoTerminal(
            try Executable.url, [], environment: environment, columns: columns)
        try terminal.wait(forLastLine: ">>>")
        #expect(terminal.screen.lines.contains("/? 도움말, Ctrl-D로 나가기"))
        terminal.type("/저\t")
        try terminal.wait(forLastLine: ">>> /저장")
        terminal.type("\u{15}")
        for (typed, told) in [
            ("/도움말", "Ctrl-R은"), ("/저쟝", "'/저쟝' 명령은 없습니다."),
            ("취소", "명령은 /취소입니다."), ("/취소", "1차례 취소했습니다."),
        ] {
            terminal.type(typed + "\r")
            // What does not fit goes on in the next line.
            try terminal.wait("'\(told)' after '\(typed)'") {
                $0.lines.last == ">>>" && $0.text.replacing("\n", with: " ").contains(told)
            }
        }
        terminal.type("/끝\r")
        #expect(try terminal.waitForExit() == 0)
    }
}
