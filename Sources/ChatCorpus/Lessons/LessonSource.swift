import ChatCore

/// An endless, seeded stream of dialogues made from a folder of lessons. The dialogue at an index depends
/// on the lessons, the seed, the split and the difficulty alone, so that the position is a number.
package struct LessonSource: Sendable {
    package let lessons: LessonFolder
    package let seed: UInt64
    package let split: LessonSplit
    /// From 0 (one to six turns, recalled at once) to 1 (up to 33 turns).
    package var difficulty: Double
    /// Dialogues over which the difficulty rises from 0 to `difficulty`; 0 for none.
    package var ramp: UInt64
    /// Dialogues made so far: with the seed, the whole state of the stream.
    package internal(set) var drawn: UInt64 = 0

    /// Dialogues in a hundred that change between two languages, in validation and in training.
    private static let (bilingual, moreBilingual) = (6, 10)

    package init(
        _ lessons: LessonFolder, seed: UInt64, difficulty: Double = 1,
        ramp: UInt64 = 0, split: LessonSplit = .training
    ) {
        self.ramp = ramp
        self.lessons = lessons
        self.seed = seed
        self.difficulty = difficulty
        self.split = split
    }

    /// The next dialogue with what each right reply must show; one without turns where the lessons give none,
    /// however often they are asked.
    package mutating func nextAnnotated() -> LessonDialogue {
        for _ in 0..<1_000 {
            var random = RandomStream(seed: seed, branch: drawn)
            let risen = ramp == 0 ? 1 : min(1, Double(drawn) / Double(ramp))
            drawn += 1
            let place = random.index(below: lessons.courses.count)
            let course = lessons.courses[place]
            let bilingualShare = split == .training ? Self.moreBilingual : Self.bilingual
            let isBilingual =
                lessons.courses.count > 1 && random.index(below: 100) < bilingualShare
            var builder = LessonDialogueBuilder(
                course: course,
                otherCourse: isBilingual
                    ? lessons.courses[(place + 1) % lessons.courses.count] : nil,
                split: split, difficulty: min(1, max(0, difficulty * risen)),
                random: random)
            builder.converse()
            if !builder.turns.isEmpty {
                return LessonDialogue(course: course.name, turns: builder.turns)
            }
        }
        return LessonDialogue(course: "", turns: [])
    }
}

/// How a dialogue goes: which moves follow which.
extension LessonDialogueBuilder {
    enum Move: Int, CaseIterable {
        case tell, tellSeveral, correct, addItem, recall, also, untold, fact, other, more, lost
        case talk, unknown, session, retell, lecture, echo
    }

    /// Weights by style of dialogue, in the order of `Move`.
    private static let styles: [(share: Int, weights: [Int])] = [
        // What the user tells and asks back.
        (42, [30, 12, 5, 5, 46, 9, 10, 3, 2, 2, 0, 5, 3, 6, 2, 1, 2]),
        // Facts and their follow-ups.
        (28, [4, 1, 0, 0, 5, 2, 3, 30, 28, 26, 8, 5, 7, 7, 0, 6, 1]),
        // A bit of everything.
        (22, [14, 6, 3, 3, 22, 6, 9, 16, 12, 12, 4, 14, 10, 10, 1, 6, 2]),
        // Talk.
        (8, [6, 1, 1, 0, 6, 0, 2, 6, 4, 4, 1, 60, 14, 6, 0, 4, 2]),
    ]

    /// Dialogues in a hundred that ask late for what was told early, in validation and in training.
    private static let (long, moreLong) = (20, 26)

    /// What training has more of than the held-out sets: several things told at once, things that were not
    /// told, questions about the session, facts of the world among what is told, what nobody here knows, and
    /// small talk.
    private static let more: [(move: Move, weight: Int)] = [
        (.tellSeveral, 5), (.untold, 12), (.session, 8), (.fact, 40), (.other, 24), (.more, 24),
        (.talk, 2),
    ]

    /// How a curriculum begins: copying, told things and saying them back.
    private static let drill = [30, 3, 2, 1, 40, 2, 3, 0, 0, 0, 0, 1, 0, 0, 1, 0, 50]

    /// Makes a whole dialogue of 1 to 33 turns: what is told as the thirtieth may be added to twice, and a
    /// farewell may follow.
    mutating func converse() {
        if drawsHeard() { return converseHeard() }
        if drawsScene() { return converseInScene() }
        let longShare = split == .training ? Self.moreLong : Self.long
        if difficulty > 0.5, random.index(below: 100) < longShare { return rememberLong() }
        let style = isDrill ? Self.drill : pickStyle()
        let length = pickLength()
        let opening = random.index(below: 100)
        if !isDrill, length > 1, opening < 22 { _ = talk(.greeting) }
        if split == .training, length > 2, random.index(below: 5) == 0 {
            _ = tellSeveral(introducing: true)
        }
        var tries = 0
        while turns.count < length, tries < length * 12 {
            tries += 1
            step(style)
        }
        // Lessons with nothing to drill, such as facts alone.
        if isDrill, turns.isEmpty {
            let style = pickStyle()
            for _ in 0..<length * 12 where turns.count < length { step(style) }
        }
        if !isDrill, random.index(below: 10) == 0 { _ = talk(.farewell) }
    }

    /// One to four things told, 5 to 24 turns of other talk, then all asked for; in training up to six, and
    /// also asked at once.
    private mutating func rememberLong() {
        let most = split == .training ? 6 : 4
        for _ in 0..<1 + random.index(below: most) {
            if split == .training, random.index(below: 3) == 0, tellSeveral() { continue }
            if let index = pickUntold() { tell(index) }
        }
        let style = Self.styles[1 + random.index(below: 3)].weights
        let end = turns.count + (split == .training ? 0 : 5) + random.index(below: 20)
        for _ in 0..<300 where turns.count < min(end, 26) {
            step(style)
        }
        var order = known
        random.shuffle(&order)
        for index in order where turns.count < 30 { _ = recall(index) }
        // In training what was carried so far is asked for once more.
        if split == .training {
            random.shuffle(&order)
            for index in order where turns.count < 30 { _ = recall(index) }
        }
        if turns.count < 30, random.index(below: 3) == 0, let index = pickUntold() {
            _ = recall(index)
        }
    }

    mutating func pickStyle() -> [Int] {
        Self.styles[random.index(weighted: Self.styles.map(\.share)) ?? 0].weights
    }

    /// Turns: 1 to 6 at difficulty 0; at 1 one dialogue in six has 1 to 3, one in six 16 to 30, the others
    /// 3 to 14.
    mutating func pickLength() -> Int {
        let longest = 6 + Int(difficulty * 24)
        switch random.index(below: 6) {
        case 0: return 1 + random.index(below: 3)
        case 1: return min(longest, 16 + random.index(below: 15))
        default: return min(longest, 3 + random.index(below: 12))
        }
    }

    mutating func step(_ weights: [Int]) {
        if otherCourse != nil, random.index(below: 3) == 0 { changeLanguage() }
        var weights = weights
        if split == .training, !isDrill {
            for (move, weight) in Self.more { weights[move.rawValue] += weight }
        }
        perform(random.index(weighted: weights).flatMap(Move.init) ?? .tell)
    }

    private mutating func perform(_ move: Move) {
        switch move {
        case .tell, .tellSeveral:
            let most = 2 + Int(difficulty * 7)
            guard known.count < most else { return }
            if move == .tellSeveral {
                _ = tellSeveral()
                return
            }
            if let index = pickUntold() { tell(index) }
        case .correct:
            if let index = anyKnown() { _ = correct(index) }
        case .retell:
            if let index = anyKnown(), told[index]?.items.isEmpty == true { tell(index) }
        case .addItem:
            if let index = known.first(where: { told[$0]?.items.isEmpty == false }) {
                _ = addItem(index)
            }
        case .recall:
            guard let index = anyKnown(), recall(index) else { return }
            // The same asked of what was not told: a question is nothing that was told.
            if split == .training, !hasPlayedScript, random.index(below: 4) == 0,
                let other = pickUntold()
            {
                _ = recall(other)
            }
        case .also:
            guard let personalTurn, turns.count - personalTurn <= 1 else { return }
            if random.index(below: 4) == 0 {
                if let index = pickUntold() { _ = recall(index, inShort: true) }
            } else if let index = anyKnown() {
                _ = recall(index, inShort: true)
            }
        case .untold:
            // A script may have told it.
            if split == .training, hasPlayedScript { return }
            if let index = pickUntold() { _ = recall(index) }
        case .fact: _ = askFact()
        case .other: _ = askOther()
        case .more: _ = askMore()
        case .lost: _ = askLost()
        case .talk: _ = talk()
        case .lecture: _ = talk(.world)
        case .echo: _ = talk(.echo)
        case .unknown:
            if split == .training, !hasPlayedScript, random.index(below: 4) == 0 {
                return askUnheard()
            }
            _ = askUnknown()
        case .session:
            guard !course.session.isEmpty else { return }
            var index = random.index(below: course.session.count)
            // Counting is learned last, and the first question is lost behind many others.
            if split == .training, random.index(below: 2) == 0 {
                let hard: SessionLesson.Kind = random.index(below: 2) == 0 ? .count : .first
                index = course.session.firstIndex { $0.kind == hard } ?? index
            }
            _ = askAboutSession(index)
        }
    }

    private mutating func anyKnown() -> Int? {
        let all = known
        return all.isEmpty ? nil : random.pick(all)
    }
}
