import Foundation

/// What a lesson teaches of the world, as a question with its answer: what a search can find too.
package struct LessonEntry: Sendable {
    package var question: String
    package var answer: String
    /// Other names of what it is about.
    package var names = ""
    /// The ways of asking that training has, without what their slots stand for; none that is held out.
    package var phrasings: [String]
}

extension LessonFolder {
    /// One for each fact, line of small talk, topic of the lecture and word pair, in the order of the
    /// courses and lessons. What depends on a conversation or is not known has none.
    package var entries: [LessonEntry] { courses.flatMap { $0.factEntries + $0.talkEntries } }
}

extension LessonCourse {
    fileprivate var factEntries: [LessonEntry] {
        facts.flatMap { fact -> [LessonEntry] in
            let table = tables[fact.table]
            let phrasings = fact.ask.training.flatMap { $0.expansions(limit: 100) }.map {
                $0.replacing(/\{[^}]*\}/, with: " ")
            }
            guard let ask = fact.ask.training.first else { return [] }
            return fact.rows.map { index in
                let row = table.rows[index]
                var bindings = LessonBindings()
                for (column, cell) in zip(table.columns, row) {
                    bindings[column] = cell.first ?? ""
                }
                return LessonEntry(
                    question: ask.plain(bindings), answer: fact.answer.plain(bindings),
                    names: (row[fact.key] + row[fact.value].dropFirst()).joined(separator: " "),
                    phrasings: phrasings)
            }
        }
    }

    fileprivate var talkEntries: [LessonEntry] {
        talk.compactMap { talk in
            guard let first = talk.lines.training.first else { return nil }
            let others = talk.lines.training.flatMap { $0.expansions(limit: 100) }.dropFirst()
            return LessonEntry(
                question: first.plain(LessonBindings()), answer: talk.reply.plain(LessonBindings()),
                phrasings: Array(others))
        }
    }
}

extension LessonTemplate {
    /// The text with the first of each choice; a slot that is not bound stays empty.
    fileprivate func plain(_ bindings: LessonBindings) -> String {
        func first(_ nodes: [Node]) -> [Node] {
            nodes.flatMap { node -> [Node] in
                if case .choice(let branches) = node { return first(branches.first ?? []) }
                return [node]
            }
        }
        var text = ""
        for node in first(nodes) {
            switch node {
            case .text(let part): text += part
            case .slot(let name, let particle):
                let value = bindings[name] ?? ""
                text += value + (particle?.form(after: value) ?? "")
            case .choice: break
            }
        }
        return text.replacing("  ", with: " ").trimmingCharacters(in: .whitespaces)
    }
}
