import ChatCore
import ChatCorpus

extension CorpusReader {
    /// Spells the whole corpus.
    /// - Returns: what each file was taken for.
    func write(to writer: inout SymbolWriter, with alphabet: Alphabet) throws -> [CorpusNote] {
        let notes =
            switch format {
            case .text: try forEachBlock { try writer.append($0, alphabet) }
            case .dialogue: try forEachDialogue { try writer.append($0, alphabet) }
            }
        try checkUnchanged()
        guard writer.count > 0 else {
            throw format == .text
                ? CorpusError.empty(file: firstName) : CorpusError.noDialogues(file: firstName)
        }
        return notes
    }
}
