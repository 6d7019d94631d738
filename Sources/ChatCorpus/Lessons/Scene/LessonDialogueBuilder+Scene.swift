/// How a dialogue with a scene goes: which acts follow which.
extension LessonDialogueBuilder {
    enum SceneAct: Int, CaseIterable {
        case tell, tellSeveral, pair, remark, ask, untold, askShort, also, check, reverse, correct
        case forget, count, sum, how, script, checkTold, list, other
    }

    /// Weights in the order of `SceneAct`: of a drill at the beginning of a training, and of a dialogue.
    private static let drillActs = [40, 4, 0, 4, 50, 3, 0, 0, 2, 2, 6, 0, 0, 0, 0, 0, 0, 0, 0]
    private static let sceneActs = [24, 12, 4, 18, 30, 7, 5, 7, 9, 8, 12, 4, 4, 5, 2, 8, 5, 5, 64]

    /// What training asks more of than the held-out sets do: what was never told.
    private static let moreUntold = 7

    /// Whether this dialogue has a scene; only training and the held-out names have.
    mutating func drawsScene() -> Bool {
        course.scene.share > 0 && split != .heldOutPhrasings
            && random.index(below: 100) < course.scene.share
    }

    /// A whole dialogue of 1 to 33 turns in a scene of its own.
    mutating func converseInScene() {
        isInScene = true
        habits.quotes = 0
        let length = pickLength()
        if !isDrill, length > 1, random.index(below: 5) == 0 { _ = talk(.greeting) }
        for _ in 0..<length * 12 where turns.count < length { sceneStep() }
        // One dialogue in three ends with questions for all that was told.
        if !isDrill, length > 3, random.index(below: 3) == 0 { askEverything() }
    }

    private mutating func askEverything() {
        var order = Array(scene.facts.indices)
        random.shuffle(&order)
        let facts = order.map { scene.facts[$0] }
        for fact in facts where turns.count < 30 { _ = askFact(fact) }
        for fact in scene.forgotten.prefix(2) where turns.count < 30 {
            if scene.fact(fact.owner, fact.attribute, fact.key) == nil { _ = askFact(fact) }
        }
    }

    mutating func sceneStep() {
        var weights = isDrill ? Self.drillActs : Self.sceneActs
        if split == .training { weights[SceneAct.untold.rawValue] += Self.moreUntold }
        perform(random.index(weighted: weights).flatMap(SceneAct.init) ?? .tell)
    }

    private mutating func perform(_ act: SceneAct) {
        let most = 2 + Int(difficulty * 9)
        switch act {
        case .tell: if scene.facts.count < most { _ = tellFact() }
        case .tellSeveral: if scene.facts.count < most { _ = tellFacts() }
        case .pair: if scene.facts.count < most { _ = tellPair() }
        case .remark: _ = remark()
        case .ask: if let fact = anyFact() { _ = askFact(fact) }
        case .untold: _ = askUntold()
        case .askShort: _ = askShort()
        case .also: _ = askAlso()
        case .check: _ = checkFact()
        case .reverse: _ = askReverse()
        case .correct: _ = correctFact()
        case .forget: _ = forgetFact()
        case .count: _ = askCount()
        case .sum: _ = sumUp()
        case .how: _ = askHow()
        case .script: _ = playScript()
        case .checkTold:
            let known = known
            if !known.isEmpty { _ = checkTold(random.pick(known)) }
        case .list:
            guard let list = known.first(where: { course.told[$0].list != nil })
            else {
                if let index = untold.first(where: { course.told[$0].list != nil }) { tell(index) }
                return
            }
            _ = changeList(list)
        case .other: step(pickStyle())
        }
    }

    /// A fact that was told, the older the likelier.
    mutating func anyFact() -> Scene.Fact? {
        guard !scene.facts.isEmpty else { return nil }
        let first = random.index(below: scene.facts.count)
        let second = random.index(below: scene.facts.count)
        return scene.facts[min(first, second)]
    }
}
