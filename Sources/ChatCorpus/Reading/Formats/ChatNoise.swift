import ChatCore

/// What an export holds beside what people said.
package enum ChatNoise {
    /// Whether a message only stands for a picture, a call or the like. The words are those that the
    /// programs write, in the languages they are most met in.
    package static func isPlaceholder(_ text: String) -> Bool {
        let text = text.trimmed
        if text.isEmpty { return true }
        if text.utf8.count > 160 { return false }
        if text.hasPrefix("<"), text.hasSuffix(">"), !text.contains("\n") { return true }
        let lower = text.lowercased()
        if whole.contains(lower) || sentences.contains(withoutStop(lower)) { return true }
        if isPlaceOrPoll(lower) { return true }
        if starts.contains(where: lower.hasPrefix) { return true }
        if isCallOrFile(lower) || lower.hasPrefix("reacted ") && lower.hasSuffix(" to your message")
        {
            return true
        }
        if ends.contains(where: lower.hasSuffix) { return true }
        // "사진 3장", "3 photos".
        let words = lower.split(separator: " ")
        guard words.count == 2 else { return false }
        return words[0] == "사진" && words[1].hasSuffix("장") && words[1].first?.isNumber == true
            || Int(words[0]) != nil && ["photos", "videos", "fotos", "photo"].contains(words[1])
    }

    /// Calls and files as KakaoTalk writes them: 보이스톡 해요, 페이스톡 1:23, "파일: a.pdf". Whoever speaks of a
    /// call or a file begins with the same words, so that all of the message has to fit.
    private static func isCallOrFile(_ text: String) -> Bool {
        if ["보이스톡 ", "페이스톡 ", "라이브톡 ", "그룹콜 "].contains(where: text.hasPrefix) {
            return text.wholeMatch(of: /\S+ (?:해요|취소|부재중|종료|\d+(?::\d\d)+)/) != nil
        }
        guard text.hasPrefix("파일: ") || text.hasPrefix("file: ") else { return false }
        return text.wholeMatch(of: /[^\n\/]+\.[a-z0-9]{1,5}/) != nil
    }

    /// A place (`location: https://maps.google.com/?q=1,2`, in any language) or a poll of WhatsApp's.
    private static func isPlaceOrPoll(_ text: String) -> Bool {
        if text.hasPrefix("poll:\n") { return text.contains("\noption:") }
        guard let place = text.range(of: ": https://maps.google.com/?q=") else { return false }
        return !text[..<place.lowerBound].contains(" ") && !text.contains("\n")
    }

    private static func withoutStop(_ text: String) -> String {
        text.hasSuffix(".") || text.hasSuffix("。") ? String(text.dropLast()) : text
    }

    /// The text without the mark that WhatsApp puts behind a message that was changed. On iOS an
    /// invisible mark of direction comes before it, whatever the language.
    package static func withoutEditMark(_ text: String) -> String {
        let text = text.trimmed
        guard text.hasSuffix(">"), let open = text.lastIndex(of: "<") else { return text }
        let isMarked = text[..<open].unicodeScalars.last == "\u{200E}"
        let words = text[open...].dropFirst().dropLast().lowercased()
        guard isMarked || editMarks.contains(words) else { return text }
        return String(text[..<open]).trimmed
    }

    private static let editMarks: Set<String> = [
        "this message was edited", "diese nachricht wurde bearbeitet",
        "diese nachricht wurde bearbeitet.", "se editó este mensaje", "se editó este mensaje.",
        "ce message a été modifié", "questo messaggio è stato modificato",
    ]

    private static let whole: Set<String> = [
        "사진", "동영상", "이모티콘", "음성메시지", "삭제된 메시지입니다.", "메시지가 삭제되었습니다.", "사진을 보냈습니다.",
        "동영상을 보냈습니다.", "이모티콘을 보냈습니다.", "부재중 보이스톡", "photo", "photos", "video",
        "videos", "emoticon", "emoticons", "sticker", "voice message",
        "image omitted", "video omitted", "audio omitted", "sticker omitted", "gif omitted",
        "document omitted", "contact card omitted", "bild weggelassen", "video weggelassen",
        "audio weggelassen", "sticker weggelassen", "imagen omitida", "video omitido",
        "audio omitido", "sticker omitido", "image absente", "vidéo absente", "audio omis",
        "immagine omessa", "video omesso", "imagem ocultada", "vídeo omitido", "null",
        "画像", "スタンプ", "写真",
    ]
    /// WhatsApp's, with or without a full stop: deleted messages, calls that were missed, and others.
    private static let sentences: Set<String> = [
        "this message was deleted", "you deleted this message", "diese nachricht wurde gelöscht",
        "du hast diese nachricht gelöscht", "se eliminó este mensaje", "eliminaste este mensaje",
        "ce message a été supprimé", "vous avez supprimé ce message", "mensagem apagada",
        "esta mensagem foi apagada", "você apagou esta mensagem",
        "questo messaggio è stato eliminato", "hai eliminato questo messaggio",
        "dit bericht is verwijderd", "данное сообщение удалено", "вы удалили данное сообщение",
        "bu mesaj silindi", "pesan ini dihapus", "이 메시지는 삭제되었습니다",
        "このメッセージは削除されました", "此消息已删除", "missed voice call", "missed video call",
        "missed group voice call", "missed group video call", "verpasster sprachanruf",
        "verpasster videoanruf", "live location shared",
        "waiting for this message. this may take a while",
    ]
    private static let starts = ["샵검색:", "톡게시판 '", "you received a view once "]
    private static let ends = [
        "(file attached)", "(datei angehängt)", "(archivo adjunto)", "(fichier joint)",
        "(파일 첨부됨)", "(file allegato)", "(arquivo anexado)", "(bestand bijgevoegd)",
        "sent an attachment.", "sent a photo.", "sent a video.",
        "sent a voice message.", "sent a sticker.", "sent a gif.", "unsent a message",
        "unsent a message.",
    ]

    /// Whether a line without a sender is one that KakaoTalk wrote, not the rest of a message.
    static func isKakaoNotice(_ line: String) -> Bool {
        let line = line.trimmed
        return notices.contains(where: line.hasSuffix)
            || line.contains("님을 초대") || line.contains("님이 나갔습니다")
    }

    private static let notices = [
        "님이 들어왔습니다.", "님이 나갔습니다.", "님을 초대하였습니다.", "님을 초대했습니다.", "님을 내보냈습니다.",
        "채팅방 관리자가 메시지를 가렸습니다.", "joined this chatroom.", "left this chatroom.",
        "joined this chat.", "left this chat.", "님이 방장이 되었습니다.",
    ]
}
