import ChatCore

/// The dialogues of an exported chat: one person's messages are the replies, everybody else's what they
/// answer.
struct ChatDialogues: DialogueReader {
    /// A pause of more minutes than this begins another dialogue.
    static let pause = 6 * 60
    /// Messages after which a dialogue that never pauses is parted, before the next question.
    static let longest = 200

    private var entries: any ChatEntryReader
    private let speaker: String
    private(set) var leftOut = CorpusNote.LeftOutCounts()
    private var messages: [Message] = []
    private var lastMinutes: Int?
    private var isDone = false
    /// Whether another chat has begun, also with an entry that is left out.
    private var opens = false

    init(_ entries: any ChatEntryReader, speaker: String) {
        self.entries = entries
        self.speaker = speaker
    }

    mutating func next() throws -> Dialogue? {
        while !isDone {
            guard let entry = try entries.next() else {
                isDone = true
                break
            }
            opens = opens || entry.opens
            guard let sender = entry.sender else {
                leftOut.add("lines of the program's own")
                continue
            }
            guard !ChatNoise.isPlaceholder(entry.text) else {
                leftOut.add("media and deleted messages")
                continue
            }
            let role: Role = sender == speaker ? .assistant : .user
            let isPause =
                lastMinutes.map { last in
                    entry.minutes.map { abs($0 - last) > Self.pause } ?? false
                } ?? false
            let isLong = messages.count >= Self.longest && role == .user
            lastMinutes = entry.minutes ?? lastMinutes
            let text = ChatNoise.withoutEditMark(entry.text)
            let message = Message(role: role, content: LineEnds.asLineFeeds(text))
            let begins = isPause || opens || isLong
            opens = false
            if begins, let dialogue = takeDialogue() {
                messages = [message]
                return dialogue
            }
            messages.append(message)
        }
        return takeDialogue()
    }

    /// What was gathered, without replies to nothing; nil where nothing was replied.
    private mutating func takeDialogue() -> Dialogue? {
        defer { messages = [] }
        let opening = messages.prefix { $0.role == .assistant }.count
        leftOut.add("opening lines that answer nothing", count: opening)
        let unanswered = messages.reversed().prefix { $0.role == .user }.count
        leftOut.add("last lines that nobody answered", count: unanswered)
        let kept = messages.dropFirst(opening)
        return kept.contains { $0.role == .assistant } ? Dialogue(messages: Array(kept)) : nil
    }

    /// How many messages each person has.
    static func people(_ entries: any ChatEntryReader) throws -> [String: Int] {
        var entries = entries
        var counts: [String: Int] = [:]
        while let entry = try entries.next() {
            if let sender = entry.sender, counts.count < 10_000 || counts[sender] != nil {
                counts[sender, default: 0] += 1
            }
        }
        return counts
    }
}
