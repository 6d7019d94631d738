import ChatCore
import ChatCorpus
import Foundation
import Testing

/// What the messengers write beside what people said.
@Suite struct ChatMarkTests {
    private func read(_ name: String, _ text: String, as speaker: String) throws -> [[String]] {
        let folder = try TemporaryFolder()
        var options = CorpusOptions()
        options.speaker = speaker
        return try CorpusPreview(
            files: [try folder.write(name, text)], options: options, count: 9
        ).exchanges
    }

    @Test(arguments: [
        "This message was deleted", "Mensagem apagada", "Questo messaggio è stato eliminato",
        "Dit bericht is verwijderd", "Данное сообщение удалено", "Bu mesaj silindi",
        "이 메시지는 삭제되었습니다.", "このメッセージは削除されました", "Du hast diese Nachricht gelöscht.",
        "Verpasster Sprachanruf", "Standort: https://maps.google.com/?q=1,2",
        "POLL:\nTea?\nOPTION: yes",
        "live location shared", "Waiting for this message. This may take a while.",
        "IMG-1.jpg (file allegato)",
        "You received a view once photo. For added privacy, you can only open it on your phone",
    ])
    func whatWhatsAppWritesForAMessageIsNoReply(mark: String) throws {
        let text = """
            1/5/24, 9:01 PM - Ana: hello
            1/5/24, 9:02 PM - Luis: \(mark)
            1/5/24, 9:03 PM - Luis: the location: https://example.org
            """
        #expect(
            try read("chat.txt", text, as: "Luis") == [["hello|the location: https://example.org"]])
    }

    @Test(arguments: [
        "보이스톡 할까?", "파일: 어디 있어?", "라이브톡 시작하자", "삭제된 메시지가 뭐야?", "file: where is it?",
        "reacted badly to it",
    ])
    func whatOnlyBeginsLikeAMarkOfKakaoTalkIsLearned(text: String) throws {
        #expect(try kakao(text) == [["\(text)|응", "잘 자|너도"]])
    }

    @Test(arguments: [
        "보이스톡 해요", "페이스톡 1:23", "그룹콜 해요", "파일: 보고서 1.pdf", "File: a.hwp", "삭제된 메시지입니다.",
        "톡게시판 '공지': 모임",
    ])
    func whatKakaoTalkWritesItselfIsNot(text: String) throws {
        #expect(try kakao(text) == [["잘 자|너도"]])
    }

    /// The exchanges of a chat that begins with `text`.
    private func kakao(_ text: String) throws -> [[String]] {
        let chat = """
            --------------- 2024년 1월 5일 금요일 ---------------
            [준호] [오후 9:01] \(text)
            [민아] [오후 9:02] 응
            [준호] [오후 9:03] 잘 자
            [민아] [오후 9:04] 너도
            """
        return try read("chat.txt", chat, as: "민아")
    }

    @Test func aPinnedMessageOfDiscordIsOfWhoeverWroteIt() throws {
        let rule = String(repeating: "=", count: 62)
        let text = """
            \(rule)
            Guild: Garden
            Channel: General
            \(rule)

            [01/05/2024 9:01 PM] Jun
            hello

            [01/05/2024 9:02 PM] Mina (pinned)
            hi

            [01/05/2024 9:03 PM] Jun
            bye

            [01/05/2024 9:04 PM] Mina
            see you
            """
        #expect(try read("chat.txt", text, as: "Mina") == [["hello|hi", "bye|see you"]])
    }

    @Test func whatSignalExportWritesBesideWhatWasSaidIsNotLearned() throws {
        let text = """
            [2024-01-05 21:01:11] Jun: hello \u{20}
            [2024-01-05 21:02:11] Me: (This message was deleted)
            [2024-01-05 21:03:11] Jun: \u{20}
            (( 👍 ))
            [2024-01-05 21:04:11] Me:\u{20}

            > quoted words
            > of two lines

            my answer \u{20}
            [2024-01-05 21:05:11] Jun: ok  ![a.jpg](./media/a.jpg) \u{20}
            [2024-01-05 21:06:11] Me: thanks (really) \u{20}
            (- Jun: 👍 -)
            [2024-01-05 21:07:11] Jun: [my sticker](../exported_stickers/ab/1.webp) \u{20}
            """
        #expect(try read("chat.md", text, as: "Me") == [["hello|my answer", "ok|thanks (really)"]])
        let lines = """
            {"date":"2024-01-05T21:01:11","sender":"Jun","body":"hello"}
            {"date":"2024-01-05T21:02:11","sender":"Me","body":"Missed voice call","call":true}
            {"date":"2024-01-05T21:03:11","sender":"Me","body":"hi","call":false}
            """
        #expect(try read("data.json", lines, as: "Me") == [["hello|hi"]])
    }
}
