import ChatCore

/// What a file, or all files of one form in a folder or archive, was taken for.
public struct CorpusNote: Sendable, Equatable, Codable {
    /// What was not taken into the corpus, and why.
    public struct LeftOut: Sendable, Equatable, Codable {
        /// In the plural: "system messages".
        public var what: String
        /// How many of them.
        public var count: Int
        /// The line of the first of them, from 1, where lines are counted.
        public var line: Int?
    }

    /// The file, folder or archive as it was named.
    public var file: String
    /// The form it was taken for, in words.
    public var form: String
    /// Whether it gave text or dialogues.
    public var format: CorpusFormat
    /// Files of this form.
    public var files = 1
    /// Exchanges of a question and a reply; lines of plain text.
    public var turns = 0
    /// Dialogues; 0 for plain text.
    public var dialogues = 0
    /// What was left out, each reason once.
    public var leftOut: [LeftOut] = []

    /// One line for the person who named the file.
    public var line: String {
        var text = "\(file): \(form)"
        if files > 1 { text += ", \(files) files" }
        switch format {
        case .dialogue:
            text += ", \(Self.count(turns, "turn"))"
            if dialogues != turns { text += " in \(Self.count(dialogues, "dialogue"))" }
        case .text: text += ", \(Self.count(turns, "line"))"
        }
        if !leftOut.isEmpty {
            let parts = leftOut.map { part in
                let place = part.line.map { ", \(part.count > 1 ? "first in line" : "line") \($0)" }
                return "\(part.what) (\(Self.grouped(part.count))\(place ?? ""))"
            }
            text += "; left out: \(parts.joined(separator: ", "))"
        }
        return text
    }

    private static func count(_ count: Int, _ thing: String) -> String {
        "\(grouped(count)) \(thing)\(count == 1 ? "" : "s")"
    }

    private static func grouped(_ count: Int) -> String {
        var digits = String(count)
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
            place -= 3
        }
        return digits
    }

    /// Takes in what another part of the same file or folder gave.
    mutating func add(_ other: CorpusNote) {
        files += other.files
        turns += other.turns
        dialogues += other.dialogues
        for part in other.leftOut {
            if let index = leftOut.firstIndex(where: { $0.what == part.what }) {
                leftOut[index].count += part.count
            } else {
                leftOut.append(part)
            }
        }
        // A line number says nothing without its file.
        if files > 1 { for index in leftOut.indices { leftOut[index].line = nil } }
    }
}

/// Gathers what the parts of a corpus were taken for, those of one form in one folder together.
struct CorpusNotes {
    private(set) var all: [CorpusNote] = []
    private let passedOver: [String: CorpusNote.LeftOutCounts]

    init(_ opened: CorpusOpener) { passedOver = opened.passedOver }

    mutating func add(
        _ part: CorpusPart, shape: String?, turns: Int, dialogues: Int,
        leftOut: CorpusNote.LeftOutCounts
    ) {
        var note = CorpusNote(
            file: part.origin, form: shape ?? part.form.description, format: part.format)
        note.turns = turns
        note.dialogues = dialogues
        note.leftOut = leftOut.all
        if let index = all.firstIndex(where: { $0.file == note.file && $0.form == note.form }) {
            all[index].add(note)
        } else {
            if !all.contains(where: { $0.file == note.file }) {
                note.leftOut += passedOver[part.origin]?.all ?? []
            }
            all.append(note)
        }
    }
}
