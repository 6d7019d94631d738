import ChatCore

/// The lines a chat opens with.
package enum Greeting {
    /// What speaks, where it is saved, and how to get help.
    package static func text(
        _ session: Session, modelName: String, isNew: Bool, style: Style
    ) -> String {
        let model = session.generator.model
        let shape = ModelText.shape(model.network.configuration)
        let count = ModelText.grouped(model.network.configuration.parameterCount)
        let first =
            style.bold("charchat")
            + " \(chatCoreVersion) · \(VisibleText.oneLine(modelName)) (\(shape), \(count) parameters)"
        let second = isNew ? SessionText.place(session) : SessionText.goingOn(session)
        let thread = isNew ? nil : SessionText.thread(session, style: style)
        return [first, style.dim(second), style.dim("/? for help, Ctrl-D to leave."), thread]
            .compactMap { $0 }.joined(separator: "\n")
    }
}
