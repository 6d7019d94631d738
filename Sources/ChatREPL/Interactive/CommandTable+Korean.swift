extension CommandTable {
    /// The Korean names of commands, by the name that help shows first in English. They are understood in
    /// every language; help and Tab have them where it is Korean.
    fileprivate static let koreanNames: [String: [String]] = [
        "/help": ["/도움말"], "/bye": ["/끝"],
        "/session": ["/세션"], "/sessions": ["/목록"], "/new": ["/새로"], "/save": ["/저장"],
        "/load": ["/열기"], "/rename": ["/이름"], "/delete": ["/삭제"], "/restore": ["/복원"],
        "/fork": ["/갈래"],
        "/log": ["/기록"], "/undo": ["/취소"], "/redo": ["/되살리기"], "/regen": ["/다시"],
        "/replies": ["/답들"], "/as-reply": ["/대신답"], "/continue": ["/계속"], "/mark": ["/표시"],
        "/back": ["/돌아가기"],
        "/clear": ["/비우기"],
        "/replay": ["/재생"], "/export": ["/내보내기"], "/copy": ["/복사"],
        "/search": ["/찾기"], "/compare": ["/비교"], "/bits": ["/비트"], "/context": ["/맥락"],
        "/memory": ["/기억"], "/odds": ["/확률"], "/facts": ["/사실"], "/forget": ["/잊기"],
        "/state": ["/상태"],
        "/set": ["/설정"], "/show": ["/보기"], "/edit": ["/편집"], "/read": ["/읽기"], "/fill": ["/채우기"],
    ]

    /// Arguments that are not the English ones with their capitals translated.
    fileprivate static let koreanArguments = [
        "/help": "[명령|주제]", "/rename": "새이름", "/show": "설정|모델|세션",
        "/state": "차이|이어받기|침묵|저장|열기 …",
    ]

    /// Every name that is shown in the language that is spoken, for Tab.
    package static var shownNames: [String] { entries.flatMap(\.shownNames) }

    /// The names to choose from where nothing is typed yet: one language's.
    package static var listedNames: [String] {
        Words.spoken.language == .korean ? entries.flatMap(\.koreanNames) : shownNames
    }
}

extension CommandEntry {
    /// Its names in Korean.
    package var koreanNames: [String] { CommandTable.koreanNames[names[0]] ?? [] }

    /// Its names as the language that is spoken has them, the usual one first.
    package var shownNames: [String] {
        Words.spoken.language == .korean ? koreanNames + names : names
    }

    /// The arguments in the language that is spoken: what is in capitals is a word, the rest is typed so.
    package var shownArguments: String {
        if Words.spoken.language == .korean, let korean = CommandTable.koreanArguments[names[0]] {
            return korean
        }
        return arguments.replacing(/[A-Z]+/) { Words.spoken[String($0.output)] }
    }

    /// How it is typed, in the language that is spoken.
    package var shownUsage: String {
        arguments.isEmpty ? shownNames[0] : "\(shownNames[0]) \(shownArguments)"
    }
}
