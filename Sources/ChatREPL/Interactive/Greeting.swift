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
        let second =
            isNew
            ? style.dim(SessionText.place(session)) : SessionText.resumed(session, style: style)
        return [first, second, style.dim("/? for help, Ctrl-D to leave.")].joined(separator: "\n")
    }
}
