import ChatCore

/// The messages of a chat that was exported as a table: KakaoTalk on macOS, Discord.
struct ChatTableReader: ChatEntryReader {
    private var records: CSVRecords
    private let date: Int
    private let sender: Int
    private let text: Int

    /// Names of the columns by form.
    static func columns(_ form: CorpusForm.ChatForm) -> [String] {
        form == .kakaoMac ? ["Date", "User", "Message"] : ["Date", "Author", "Content"]
    }

    init(_ file: CorpusFile, form: CorpusForm.ChatForm) throws {
        records = try CSVRecords(file, delimiter: UInt8(ascii: ","), isQuoted: true)
        let names = try records.next()?.values.map(\.trimmed) ?? []
        let places = Self.columns(form).compactMap { names.firstIndex(of: $0) }
        guard places.count == 3 else {
            throw CorpusError.form(
                file: file.path,
                problem: "lacks a column of \(Self.columns(form).joined(separator: ", "))")
        }
        (date, sender, text) = (places[0], places[1], places[2])
    }

    mutating func next() throws -> ChatEntry? {
        while let record = try records.next() {
            guard record.values.count > max(date, sender, text) else { continue }
            let said = record.values[text]
            let name = record.values[sender].trimmed
            let isNotice = name.isEmpty || ChatNoise.isKakaoNotice(said)
            return ChatEntry(
                sender: isNotice ? nil : name, minutes: ChatStamp.minutes(record.values[date]),
                text: said, line: record.line)
        }
        return nil
    }
}
