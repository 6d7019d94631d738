/// The state changed by hand. Each change is a step that undo takes back, and an event of the transcript:
/// whoever reads that comes to the same states.
extension Session {
    /// It was changed and nothing has been said since.
    package var stateWasChanged: Bool { history.nodes[history.current].isSurgery }
    /// How often it was changed along the conversation as it stands.
    package var surgeryCount: Int {
        history.path(to: history.current).count { history.nodes[$0].isSurgery }
    }

    /// Goes on from the state after turn `number` of the conversation as it stands; what was said since
    /// stays.
    /// - Throws: `SessionError.noSuchTurn`, `.closed`, `.speaking`.
    package func takeState(afterTurn number: Int) throws {
        try requireOpen()
        guard number > 0, history.node(ofTurn: number) != nil else {
            throw SessionError.noSuchTurn(number, count: turnCount)
        }
        record(.take(turn: number))
    }

    /// Has one head forget what it remembers; it remembers anew what is said from there on. Both numbers
    /// count from 1.
    /// - Throws: `SessionError.nothingSaid`, `.noSuchLayer`, `.noSuchHead`, `.closed`, `.speaking`.
    package func silence(layer: Int, head: Int) throws {
        try requireOpen()
        guard chain.isBegun else { throw SessionError.nothingSaid }
        let configuration = model.network.configuration
        guard (1...configuration.layers.count).contains(layer) else {
            throw SessionError.noSuchLayer(layer, count: configuration.layers.count)
        }
        guard configuration.memory(ofLayer: layer, head: head) != nil else {
            throw SessionError.noSuchHead(
                head, layer: layer, count: configuration.headCount(ofLayer: layer - 1))
        }
        record(.silence(layer: layer, head: head))
    }

    /// Goes on from a state of this model that was made elsewhere.
    /// - Throws: `ModelError.parameters` for one that cannot be this model's, `SessionError.closed`,
    ///   `.speaking`.
    package func load(_ state: RecurrentState, from origin: GivenState.Origin) throws {
        try requireOpen()
        let state = try RecurrentState(
            values: state.values, configuration: model.network.configuration)
        record(.load(GivenState(values: state.values, origin: origin)), state: state)
    }

    /// The state in which turn `number` was said, whatever was done before it.
    /// - Returns: nil where `shouldContinue`, asked now and then, stopped it.
    /// - Throws: `SessionError.noSuchTurn`.
    package func state(
        beforeTurn number: Int, while shouldContinue: () -> Bool = { true }
    ) throws -> RecurrentState? {
        guard number > 0, let node = history.node(ofTurn: number) else {
            throw SessionError.noSuchTurn(number, count: turnCount)
        }
        var known = states
        let state = known.state(at: history.nodes[node].parent, of: history, while: shouldContinue)
        states.cache = known.cache
        return state
    }
}

extension SessionStore {
    /// The state after a turn of a saved session, which may be open elsewhere, and where that turn stands.
    /// - Returns: nil where `shouldContinue`, asked now and then, stopped it.
    /// - Throws: `SessionError.missing`, `.noSuchTurn`, `.otherModel`, `TranscriptError`, `StorageError`.
    package func state(
        afterTurn number: Int, of name: String, generator: ReplyGenerator,
        while shouldContinue: () -> Bool
    ) throws -> (state: RecurrentState, parent: TranscriptHeader.Parent)? {
        let transcript = try transcript(name)
        guard transcript.model == generator.model.hash else {
            throw SessionError.otherModel(
                session: name, recorded: transcript.model, given: generator.model.hash)
        }
        try transcript.checkStates(of: generator.model)
        let history = transcript.history
        guard number > 0, let node = history.node(ofTurn: number) else {
            throw SessionError.noSuchTurn(number, count: transcript.turnCount)
        }
        var states = KnownStates(
            generator: generator, transcript: transcript,
            snapshots: SnapshotFile.read(
                SnapshotFile.url(for: try url(name)), model: generator.model))
        guard let state = states.state(at: node, of: history, while: shouldContinue) else {
            return nil
        }
        let hash = transcript.hash(ofEvent: history.nodes[node].event)
        return (state, TranscriptHeader.Parent(name: name, hash: hash, turn: number))
    }
}

extension Transcript {
    /// Whether what was done to the state by hand can be done to a model's.
    /// - Throws: `TranscriptError.notTranscript` for the first line that says something else.
    func checkStates(of model: ChatModel) throws {
        let configuration = model.network.configuration
        for entry in entries {
            var what: String?
            switch entry.event {
            case .load(let given) where given.values.count != configuration.stateSize:
                what =
                    "its state has \(given.values.count) values, and the model's \(configuration.stateSize)"
            case .silence(let layer, let head)
            where configuration.memory(ofLayer: layer, head: head) == nil:
                what = "the model has no head \(head) in a layer \(layer)"
            default: break
            }
            if let what {
                throw TranscriptError.notTranscript(path: path, line: entry.line, what: what)
            }
        }
    }
}
