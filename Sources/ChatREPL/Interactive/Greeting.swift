import ChatCore

/// The lines a chat opens with.
package enum Greeting {
    /// What speaks, where it is saved, what to say to it, and how to get help.
    package static func text(
        _ session: Session, modelName: String, isNew: Bool, style: Style, columns: Int
    ) -> String {
        func fitted(_ text: String) -> String { TextWrap.paragraphs(text, width: columns) }
        let model = session.generator.model
        let shape = ModelText.shape(model.network.configuration)
        let count = ModelText.grouped(model.network.configuration.parameterCount)
        let name = "charchat"
        let first = fitted(
            "\(name) \(chatCoreVersion) · \(VisibleText.oneLine(modelName)) (\(shape), \(phrase("%@ parameters", count)))"
        )
        let second = isNew ? SessionText.place(session) : SessionText.goingOn(session)
        let thread = isNew ? nil : SessionText.thread(session, style: style)
        return [
            style.bold(name) + first.dropFirst(name.count), style.dim(fitted(second)),
            isNew ? TopicsText.hint(model).map { style.dim(fitted($0)) } : nil,
            style.dim(fitted(phrase("/? for help, Ctrl-D to leave."))), thread,
        ].compactMap { $0 }.joined(separator: "\n")
    }
}
