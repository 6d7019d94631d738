import ChatCore

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
