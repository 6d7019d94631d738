import ChatCore
import ChatEvaluation
import ChatSearch
import Foundation
import Testing

@Suite("Session, fresh state and search side by side")
struct ComparisonTests {
    let folder: TemporaryFolder
    let comparer: Comparer

    init() throws {
        folder = try TemporaryFolder()
        let file = try folder.write(
            "pairs.tsv", "capital of France\tParis\ncapital of Spain\tMadrid\n")
        let index = try #require(try SearchIndex.open(SearchCorpus([file]), cacheFolder: nil))
        comparer = Comparer(
            generator: try TinyModel.generator(), search: index, lengthLimit: 30)
    }

    @Test("the first turn is the same with and without the session; search knows its corpus")
    func firstTurn() throws {
        let found = try #require(
            try comparer.compare(questions: ["capital of Spain", "and France"], id: "x"))
        let rows = found.conversations[0].rows
        #expect(rows[0].session == rows[0].fresh)
        #expect(rows.map(\.search) == ["Madrid", "Paris"])
        #expect(rows[0].found == "capital of Spain")
        #expect(found.scores == nil)
    }

    @Test("a dialogue set is scored by column and by need")
    func scored() throws {
        let set = BuiltInConversation.english
        #expect(set.entries[0].turns.count == 6)
        #expect(
            BuiltInConversation.korean.entries[0].turns.map(\.needs)
                == set.entries[0].turns.map(\.needs))
        let found = try #require(try comparer.compare(set))
        let scores = try #require(found.scores)
        #expect(scores.session.of == 6 && scores.search.of == 6)
        #expect(scores.search.right >= 2)
        #expect(found.scoresByNeed?["session"]?.fresh.of == 3)
        let json = try JSONEncoder().encode(found)
        #expect(try JSONDecoder().decode(Comparison.self, from: json) == found)
    }

    @Test("the other session, which /bits measures against, knows nothing that the shown one tells")
    func otherSession() throws {
        let tells = Set(BuiltInConversation.another + BuiltInConversation.anotherKorean)
        for set in [BuiltInConversation.english, BuiltInConversation.korean] {
            for turn in set.entries[0].turns where turn.needs != .abstain {
                for pattern in turn.accept {
                    #expect(!tells.contains { $0.contains(pattern) }, "\(pattern)")
                }
            }
        }
        let generator = ReplyGenerator(model: try TinyModel.make())
        let english = BuiltInConversation.state(generator, beside: ["hello", "hi", "안녕"])
        let korean = BuiltInConversation.state(generator, beside: ["hello", "안녕"])
        #expect(BuiltInConversation.state(generator, beside: []) == english)
        #expect(Set([english, korean, generator.freshState].map { "\($0)" }).count == 3)
    }

    @Test("a conversation that was held keeps its replies")
    func transcript() throws {
        let turns = [
            Turn(
                number: 1, user: "capital of France", reply: "recorded", finishReason: .complete,
                origin: .generated, startsFresh: false)
        ]
        let found = try #require(try comparer.compare(turns, id: "held"))
        #expect(found.conversations[0].rows[0].session == "recorded")
        #expect(try comparer.compare(turns, id: "held", shouldContinue: { false }) == nil)
    }

    @Test("search is judged by the same patterns as the replies; intervals and worth are given")
    func evaluation() throws {
        let index = try #require(
            try SearchIndex.open(
                SearchCorpus([folder.url.appendingPathComponent("pairs.tsv")]), cacheFolder: nil))
        let responder = ModelResponder(model: try TinyModel.make(), lengthLimit: 20)
        let entry = BuiltInConversation.english.entries[0]
        let set = DialogueSet(entries: [entry, entry])
        let evaluation = try #require(
            try DialogueEvaluation(
                set, responder: responder, search: { try? index.reply(to: $0).text }))
        #expect(evaluation.search?["world"] == .init(right: 2, of: 2))
        #expect(evaluation.search?["abstain"] == .init(right: 2, of: 2))
        #expect(evaluation.intervals["search"]?["world"] == Interval(low: 1, high: 1))
        #expect(evaluation.calibration?.count == 12)
        #expect(evaluation.worth?.replies == 3)
        let json = try JSONEncoder().encode(evaluation)
        let object = try #require(
            try JSONSerialization.jsonObject(with: json) as? [String: Any])
        for key in ["session", "fresh", "search", "failures"] { #expect(object[key] != nil) }
    }
}

@Suite("A look inside")
struct ActivationTests {
    @Test("every unit has a value for every character", arguments: TinyModels.names)
    func units(name: String) throws {
        let alphabet = Alphabet(scalars: "abcdefghijklmnopqrstuvwxyz .\"".unicodeScalars)
        let network = try TinyModels.model(name, symbolCount: alphabet.count)
        let model = try ChatModel(network: network, alphabet: alphabet, format: .text)
        let trace = ActivationTrace("abc 가나\n\"x\"", model: model)
        #expect(trace.characters.count == 10)
        #expect(
            trace.units.allSatisfy { $0.values.count == 10 && $0.values.allSatisfy(\.isFinite) })
        let heads = network.configuration.layers.reduce(0) {
            $0 + ($1.cell.isResidual ? $1.headCount * 2 : 0)
        }
        let units = network.configuration.layers.reduce(0) { $0 + $1.hiddenSize }
        #expect(trace.heads.count == heads && trace.units.count == units + heads)
        #expect(trace.liveliest(3).count == 3)
    }

    @Test("findings on the built-in text are correlations, and every feature is there")
    func features() throws {
        let trace = ActivationTrace(UnitFeatures.probe, model: try TinyModel.make())
        let features = UnitFeatures(trace)
        #expect(features.findings.count == UnitFeatures.Feature.allCases.count)
        for finding in features.findings {
            #expect(abs(finding.correlation) <= 1.0000001 && finding.chance <= 1.0000001)
            #expect(trace.units.contains { $0.name == finding.unit })
        }
        #expect(UnitFeatures(ActivationTrace("aaa", model: try TinyModel.make())).findings.isEmpty)
    }

    @Test("the places of a unit are where it goes farthest, apart from each other")
    func places() throws {
        let trace = ActivationTrace(UnitFeatures.probe, model: try TinyModel.make())
        var unit = trace.units[0]
        unit.values = [Float](repeating: -0.01, count: 40)
        (unit.values[5], unit.values[6], unit.values[30]) = (1, 1, 0.9)
        let high = UnitPlaces(unit, rises: true)
        #expect(high.places.prefix(2).map(\.index) == [5, 30] && high.places.count == 4)
        #expect(UnitPlaces(unit, rises: false).places.first?.index == 0)
        let all = UnitPlaces.all(trace, UnitFeatures(trace))
        #expect(!all.isEmpty && Set(all.map(\.unit)).count == all.count)
        for places in all {
            #expect(places.places.allSatisfy { trace.characters.indices.contains($0.index) })
        }
    }
}
