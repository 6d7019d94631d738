import ChatCore

/// How the lines of an exported chat begin, for each program that writes text.
struct ChatLineGrammar: Sendable {
    let form: CorpusForm.ChatForm
    var dayFirst = true

    enum Line: Equatable {
        case entry(ChatEntry)
        /// Midnight of the day that the next messages are of.
        case day(minutes: Int)
    }

    /// What a line begins; nil for one that goes on with the message before, or is none.
    func read(_ line: String, number: Int) -> Line? {
        var scanner = LineScanner(line)
        scanner.skipBlanks()
        switch form {
        case .whatsAppIOS, .signalMarkdown, .discordText:
            guard scanner.take("["),
                let stamp = ChatStamp.take(&scanner, dayFirst: dayFirst), scanner.take("]")
            else { return nil }
            if form == .discordText {
                var name = scanner.rest.trimmed
                let mark = " (pinned)"
                if name.hasSuffix(mark) { name.removeLast(mark.count) }
                return .entry(entry(name, stamp.minutes, "", number))
            }
            return .entry(named(&scanner, stamp.minutes, mark: ":", number))
        case .whatsAppAndroid:
            guard let stamp = ChatStamp.take(&scanner, dayFirst: dayFirst) else { return nil }
            scanner.skipBlanks()
            guard scanner.take("- ") || scanner.take("– ") else { return nil }
            return .entry(named(&scanner, stamp.minutes, mark: ":", number))
        case .kakaoAndroid, .kakaoIOS:
            guard let stamp = ChatStamp.take(&scanner, dayFirst: dayFirst) else {
                return day(&scanner)
            }
            if scanner.isAtEnd { return .day(minutes: stamp.minutes) }
            if scanner.take(":") {
                return .entry(entry(nil, stamp.minutes, scanner.rest, number))
            }
            guard scanner.take(",") else { return nil }
            scanner.skipBlanks()
            return .entry(named(&scanner, stamp.minutes, mark: " : ", number))
        case .kakaoWindows: return kakaoWindows(&scanner, number)
        default: return nil
        }
    }

    private func entry(_ sender: String?, _ minutes: Int, _ text: String, _ line: Int) -> ChatEntry
    {
        ChatEntry(sender: sender, minutes: minutes, text: text, line: line)
    }

    /// A line that is nothing but a date.
    private func day(_ scanner: inout LineScanner) -> Line? {
        guard let stamp = ChatStamp.date(&scanner, dayFirst: dayFirst) else { return nil }
        ChatStamp.skipWeekday(&scanner)
        return scanner.isAtEnd ? .day(minutes: stamp.minutes) : nil
    }

    /// `NAME: text`; a line without a name is the program's own, and so is one that begins with the mark
    /// of direction which WhatsApp puts before its own words.
    private func named(
        _ scanner: inout LineScanner, _ minutes: Int, mark: StaticString, _ line: Int
    ) -> ChatEntry {
        scanner.skipBlanks()
        guard let name = scanner.text(before: mark), !name.trimmed.isEmpty, name.utf8.count <= 120
        else { return entry(nil, minutes, scanner.rest, line) }
        if scanner.take(" "), scanner.take("\u{200E}") {
            return entry(nil, minutes, scanner.rest, line)
        }
        return entry(name.trimmed, minutes, scanner.rest.trimmed, line)
    }

    /// `[NAME] [오후 9:01] text`, and `--------------- 2024년 1월 5일 금요일 ---------------`.
    private func kakaoWindows(_ scanner: inout LineScanner, _ number: Int) -> Line? {
        if scanner.take("-----") {
            while scanner.take("-") {}
            scanner.skipBlanks()
            return ChatStamp.date(&scanner, dayFirst: dayFirst).map { .day(minutes: $0.minutes) }
        }
        guard scanner.take("["), let name = scanner.text(before: "] [", within: 120),
            let time = ChatStamp.time(&scanner), scanner.take("]")
        else { return nil }
        scanner.skipBlanks()
        return .entry(entry(name.trimmed, time.minutes, scanner.rest, number))
    }

    /// Whether the day comes first in `1/5/24`: what the numbers say, else whether hours count to 24.
    static func isDayFirst(_ lines: [String]) -> Bool {
        var hasHalfDays = false
        for line in lines {
            var scanner = LineScanner(line)
            scanner.skipBlanks()
            _ = scanner.take("[")
            guard let stamp = ChatStamp.take(&scanner, dayFirst: true), stamp.unsure.count == 2
            else { continue }
            if stamp.unsure[0] > 12 { return true }
            if stamp.unsure[1] > 12 { return false }
            hasHalfDays = hasHalfDays || stamp.hasHalfDay
        }
        return !hasHalfDays
    }
}
