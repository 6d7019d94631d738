import ChatCore

extension SessionMemory {
    /// Most characters that are left out one after another.
    static let longestText = 100
    /// Most symbols that are read for it: a few seconds.
    static let longestReading = 60_000

    /// What each character that the user said in one turn still does to a reply: it is left out, and what
    /// follows is read anew.
    /// - Parameters:
    ///   - index: of the turn among `turns`.
    ///   - turns: those before the question, none of them behind a clear, the first one first.
    ///   - state: before the first of `turns`.
    ///   - shouldContinue: asked before each character; false stops.
    /// - Returns: the divergence in bits at each character; none where there is too much to read, nil when
    ///   stopped.
    package static func characters(
        ofTurn index: Int, in turns: [Turn], from state: RecurrentState, question: String,
        reply: String, generator: ReplyGenerator, shouldContinue: () -> Bool = { true }
    ) -> [CharacterSurprisal]? {
        guard turns.indices.contains(index) else { return [] }
        let turn = turns[index]
        let said = Array(Normalization.nfc(turn.user))
        let alphabet = generator.model.alphabet
        let texts = turns[index...].flatMap { [$0.user, $0.reply] } + [question, reply]
        let length = texts.reduce(0) { $0 + alphabet.encode($1).count }
        guard said.count <= longestText, said.count * length <= longestReading else { return [] }
        var before = state
        for turn in turns[..<index] {
            generator.read(user: turn.user, reply: turn.reply, state: &before)
        }
        func distributions(_ user: String) -> [[Double]] {
            var state = before
            generator.read(user: user, reply: turn.reply, state: &state)
            for turn in turns[(index + 1)...] {
                generator.read(user: turn.user, reply: turn.reply, state: &state)
            }
            return Self.distributions(
                after: question, along: reply, state: state, generator: generator)
        }
        let known = distributions(turn.user)
        var result: [CharacterSurprisal] = []
        for place in said.indices {
            guard shouldContinue() else { return nil }
            let rest = String(said[..<place] + said[(place + 1)...])
            result.append(
                CharacterSurprisal(
                    character: String(said[place]),
                    bits: divergence(known, from: distributions(rest))))
        }
        return result
    }
}
