import ChatCorpus
import ChatREPL
import Foundation
import Testing

/// Texts that the displays put together themselves, in both languages.
@Suite struct CorpusTextTests {
    private func note(_ json: String) throws -> CorpusNote {
        try JSONDecoder().decode(CorpusNote.self, from: Data(json.utf8))
    }

    private static let chat = """
        {"file":"chat.txt","form":"KakaoTalk chat (Windows)","format":"dialogue","files":2,
        "turns":1234,"dialogues":56,"leftOut":[{"what":"media and deleted messages","count":3,
        "line":7},{"what":"rows without 3 columns","count":1,"line":9},
        {"what":"system messages","count":2}]}
        """
    private static let text = """
        {"file":"a.txt","form":"plain text","format":"text","files":1,"turns":1,"dialogues":0,
        "leftOut":[]}
        """

    @Test(arguments: [Self.chat, Self.text])
    func inEnglishANoteIsTheLibrarysOwnLine(json: String) throws {
        let note = try note(json)
        #expect(CorpusText.line(note) == note.line)
    }

    @Test(arguments: [
        (
            Self.chat,
            "chat.txt: 카카오톡 대화(Windows), 파일 2개, 대화 56개에 1,234차례. 뺀 것: "
                + "미디어와 지운 메시지 (3, 처음은 7번째 줄), 열이 3개가 아닌 행 (1, 9번째 줄), 시스템 메시지 (2)"
        ), (Self.text, "a.txt: 일반 텍스트, 1줄"),
    ])
    func inKoreanItsPartsAreKorean(json: String, line: String) throws {
        let note = try note(json)
        #expect(try KoreanWords.load().speak { CorpusText.line(note) } == line)
    }
}
