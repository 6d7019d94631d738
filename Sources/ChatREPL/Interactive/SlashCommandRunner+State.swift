import ChatCore
import ChatEvaluation
import Foundation

/// What the model remembers, changed by hand.
extension SlashCommandRunner {
    /// `/state diff @TURN @TURN`
    package func stateDifference(_ first: Int, _ second: Int) throws {
        let difference: StateDifference? = try working { shouldContinue in
            guard let before = try session.state(afterTurn: first, while: shouldContinue),
                let after = try session.state(afterTurn: second, while: shouldContinue)
            else { return nil }
            return StateDifference(before, after, generator: conversation.generator)
        }
        guard let difference else { return try screen.notice(phrase("Stopped.")) }
        try screen.show(
            BeliefText.lines(
                difference.named(Words.spoken.retold), first, second, style: screen.style,
                width: TerminalSize.columns()))
    }

    /// `/state take @TURN [of SESSION]`
    func takeState(_ turn: Int, of name: String?) throws {
        guard let name, name != session.name else {
            try session.takeState(afterTurn: turn)
            return try tellState(phrase("It remembers what it did after turn %@.", turn))
        }
        let taken = try working { shouldContinue in
            try store.state(
                afterTurn: turn, of: name, generator: conversation.generator, while: shouldContinue)
        }
        guard let taken else { return try screen.notice(phrase("Stopped.")) }
        try session.load(taken.state, from: .session(taken.parent))
        try tellState(
            phrase(
                "It remembers what it did in '%@' after turn %@.", VisibleText.oneLine(name), turn))
    }

    /// `/state silence LAYER HEAD`
    func silence(_ layer: Int, _ head: Int) throws {
        try session.silence(layer: layer, head: head)
        try tellState(phrase("What head %@ of layer %@ remembered is gone.", head, layer))
    }

    /// `/state save FILE`
    func saveState(_ path: String) throws {
        let url = URL(fileURLWithPath: expandingTilde(path))
        let shown = VisibleText.oneLine(url.path)
        if url.isFolder {
            throw SlashCommandProblem(phrase("%@ is a folder; name a file in it", shown))
        }
        guard access(url.path, F_OK) != 0 else {
            throw SlashCommandProblem(
                phrase("%@ exists already; choose another name or remove it", shown))
        }
        let state = try working { shouldContinue in
            try session.state(afterTurn: nil, while: shouldContinue)
        }
        guard let state else { return try screen.notice(phrase("Stopped.")) }
        try StateFile.save(state, of: conversation.generator.model, to: url)
        try screen.notice(
            phrase("%@: %@ bytes of state", shown, ModelText.grouped(state.byteCount)))
    }

    /// `/state load FILE`
    func loadState(_ path: String) throws {
        let url = URL(fileURLWithPath: expandingTilde(path))
        let shown = VisibleText.oneLine(url.path)
        if url.isFolder {
            throw SlashCommandProblem(phrase("%@ is a folder; name a file in it", shown))
        }
        let state = try StateFile.load(url, of: conversation.generator.model)
        try session.load(state, from: .file(url.lastPathComponent))
        try tellState(phrase("It remembers what stands in %@.", shown))
    }

    private func tellState(_ done: String) throws {
        try screen.notice("\(done) \(phrase("/undo takes that back."))")
    }
}
