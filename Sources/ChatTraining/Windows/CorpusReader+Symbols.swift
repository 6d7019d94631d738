import ChatCore
import ChatCorpus

extension CorpusReader {
    /// Spells the whole corpus.
    func write(to writer: inout SymbolWriter, with alphabet: Alphabet) throws {
        switch format {
        case .text: try forEachBlock { try writer.append($0, alphabet) }
        case .dialogue: try forEachDialogue { try writer.append($0, alphabet) }
        }
        for file in files { try file.checkUnchanged() }
        guard writer.count > 0 else {
            throw format == .text
                ? CorpusError.empty(file: files[0].path)
                : CorpusError.noDialogues(file: files[0].path)
        }
    }
}
