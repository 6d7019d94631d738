import ChatCore

extension LessonFolder {
    /// Of each course: what can be told, what can be asked, and some of what it talks about.
    package var topics: ModelTopics {
        var topics = ModelTopics()
        for course in courses {
            var teller = TopicTeller(course: course)
            topics.told += teller.told
            topics.asked += teller.asked
            topics.talk += teller.talk
        }
        return topics
    }
}

/// Writes out one line of each lesson of a course, as a tidy user would type it.
private struct TopicTeller {
    let course: LessonCourse
    private var random = RandomStream(seed: 1)

    /// Lines of small talk and of what else has one reply.
    private static let talkLines = 12
    /// How many lines at the head of a list are those that people say most.
    private static let saidMost = 8

    init(course: LessonCourse) { self.course = course }

    var told: [ModelTopics.Told] {
        mutating get {
            // What people tell most comes first.
            let order = course.told.indices.sorted {
                (course.told[$1].weight, $0) < (course.told[$0].weight, $1)
            }
            return order.compactMap { index in
                let lesson = course.told[index]
                let items = plainValue(lesson.source)
                guard lesson.weight > 0, !items.isEmpty else { return nil }
                var bindings = LessonBindings()
                bindings[lesson.name] = items.joined(separator: course.language.join)
                bindings[lesson.name + ".and"] = bindings[lesson.name]
                guard let tell = line(lesson.tell, bindings),
                    let ask = line(lesson.ask, bindings)
                else { return nil }
                return ModelTopics.Told(tell: tell, ask: ask)
            }
        }
    }

    var asked: [String] {
        mutating get {
            course.facts.compactMap { fact in
                guard let row = fact.rows.first else { return nil }
                let table = course.tables[fact.table]
                var bindings = LessonBindings()
                bindings[table.columns[fact.key]] = table.rows[row][fact.key].first ?? ""
                return line(fact.ask, bindings)
            }
        }
    }

    var talk: [String] {
        mutating get {
            let session = course.session.compactMap { line($0.ask, LessonBindings()) }
            let world = course.talk.filter { $0.place == .world }
            let others = course.talk.filter { $0.place == .anywhere }
            let lines = (world + others).compactMap { line($0.lines, LessonBindings()) }
            return session + spread(lines, Self.talkLines)
        }
    }

    private func spread(_ lines: [String], _ count: Int) -> [String] {
        lines.count <= count ? lines : (0..<count).map { lines[$0 * lines.count / count] }
    }

    /// What comes first of a list, or a middling number; nothing where a value is invented only.
    private func plainValue(_ source: ValueSource) -> [String] {
        for (part, _) in source.parts {
            switch part {
            case .list(let name): return Array((course.lists[name]?.training ?? []).prefix(1))
            case .several(let name, let range):
                return Array(
                    (course.lists[name]?.training ?? [])
                        .prefix(Int(min(max(range.lowerBound, 2), range.upperBound, 4))))
            case .number(let range):
                return ["\(range.lowerBound + (range.upperBound - range.lowerBound) / 3)"]
            case .latin, .hangul: continue
            }
        }
        return []
    }

    /// Of the lines said most, which say no more than is known, the first that leaves nothing to choice, else
    /// the first.
    private mutating func line(_ phrasings: Phrasings, _ bindings: LessonBindings) -> String? {
        let names = Set(bindings.pairs.map(\.name))
        let usable = phrasings.training.filter { names.isSuperset(of: $0.slots) }
        let plain = usable.prefix(Self.saidMost).first { !$0.source.contains("(") }
        guard let template = plain ?? usable.first
        else { return nil }
        var bindings = bindings
        return template.render(&bindings, random: &random) { _, _ in "" }.map(\.text).joined()
    }
}
