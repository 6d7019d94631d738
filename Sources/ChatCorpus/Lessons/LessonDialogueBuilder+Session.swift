/// Questions about the session itself.
extension LessonDialogueBuilder {
    /// A question about the conversation.
    mutating func askAboutSession(_ index: Int) -> Bool {
        let lesson = course.session[index]
        if hasPlayedScript, lesson.kind == .first || lesson.kind == .count { return false }
        guard let template = phrasing(lesson.ask) else { return false }
        var bindings = LessonBindings()
        var answer = lesson.answer
        var accept: [String] = []
        var needs = LessonTurn.Need.session
        func nothing() {
            answer = lesson.none
            accept = [LessonPattern.finding(lesson.none.source)]
            needs = .none
        }
        switch lesson.kind {
        case .last, .first:
            if let question = lesson.kind == .last ? questions.last : questions.first {
                guard let about = question.about else { return false }
                bindings["about"] = about
                accept = question.accept.isEmpty ? [LessonPattern.finding(about)] : question.accept
            } else {
                nothing()
            }
        case .again:
            if let last = turns.last {
                guard last.user.utf8.count < 120, last.reply.utf8.count < 160 else { return false }
                bindings["again"] = last.reply
                accept = [LessonPattern.finding(last.reply)]
            } else {
                nothing()
            }
        case .count:
            bindings["count"] = String(questions.count)
            accept = [LessonPattern.finding(String(questions.count))]
            if questions.isEmpty { nothing() }
            if questions.count == 1, let one = lesson.answerOne { answer = one }
            if questions.count > 12 { return false }
        }
        let user = typed(template, &bindings, keepsValues: true, frames: course.language.wrapAsk)
        let text = reply(answer, bindings)
        if lesson.kind != .again { questions.append(Question(about: nil, accept: [])) }
        add(user, text, needs: needs, kind: "session \(lesson.kind.rawValue)", accept: accept)
        return true
    }
}
