import ChatCore
import ChatCorpus

extension DialogueSet {
    /// A dialogue set from generated dialogues, numbered with `name` before the number.
    package init(_ group: HeldOutDialogues.Group) {
        self.init(
            entries: group.dialogues.enumerated().map { index, dialogue in
                Entry(
                    id: "\(group.name)-\(index + 1)",
                    turns: dialogue.turns.map {
                        Turn(
                            user: $0.user, accept: $0.accept, reject: $0.reject, needs: $0.needs,
                            gap: $0.gap)
                    })
            })
    }
}
