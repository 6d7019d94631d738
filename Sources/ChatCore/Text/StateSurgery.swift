/// What was done to a model's state by hand: a step of a conversation beside turns and clears.
package enum StateSurgery: Sendable, Equatable {
    /// It is the state after an earlier step, a node of the tree.
    case taken(node: Int)
    /// What one head of a layer remembers is nothing; both count from 1.
    case silenced(layer: Int, head: Int)
    /// It comes from outside: [stateSize] values. Whoever knows no model leaves them out.
    case given([Float])
}
