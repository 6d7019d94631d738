import ChatCore

/// Words that carry little: people put some in and leave others out, and mean the same. Lines loosened so
/// teach a model to go by the words that matter, not by the exact sentence.
struct LooseWording: Sendable {
    /// Put between two words: really, again.
    var fillers: [String] = []
    /// Left out: the, is, please. Compared in small letters and without marks.
    var droppable: Set<String> = []

    /// Adds one filler or leaves one word out; a line that offers no place stays as it is. Told values
    /// are not touched.
    func loosen(_ pieces: inout [LessonPiece], random: inout RandomStream) {
        func words(_ index: Int) -> [Substring] {
            pieces[index].text.split(separator: " ", omittingEmptySubsequences: false)
        }
        let places = pieces.indices.filter { !pieces[$0].isValue && words($0).count > 2 }
        guard !places.isEmpty else { return }
        let index = random.pick(places)
        var words = words(index)
        if random.index(below: 2) == 0, !fillers.isEmpty {
            words.insert(
                Substring(random.pick(fillers)), at: 1 + random.index(below: words.count - 1))
        } else {
            let places = words.indices.filter { droppable.contains(words[$0].lowercased()) }
            guard !places.isEmpty else { return }
            words.remove(at: random.pick(places))
        }
        pieces[index].text = words.joined(separator: " ")
    }
}
