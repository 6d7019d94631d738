import ChatCore
import ChatEvaluation
import Foundation
import Testing

/// Knows one fact, and repeats what the name was said to be.
private struct FakeResponder: DialogueResponder {
    var freshState: String? { nil }

    func reply(to text: String, state: inout String?) -> String {
        if text.hasPrefix("I am ") {
            state = String(text.dropFirst(5))
            return "Hello!"
        }
        if text == "Who am I?" { return state.map { "You are \($0)." } ?? "You did not tell me." }
        return text.contains("Spain") ? "Madrid." : "Paris, or Rome."
    }
}

@Suite("Scoring a dialogue set")
struct DialogueEvaluationTests {
    private let lines = """
        {"id":"a","turns":[{"user":"I am Ada","accept":["hello"],"needs":"none"},\
        {"user":"Spain?","accept":["madrid"],"reject":[],"needs":"world"},\
        {"user":"Who am I?","accept":["\\\\bAda\\\\b"],"reject":["Bob"],"needs":"session","gap":1}]}

        {"id":"b","turns":[{"user":"France?","accept":["Paris"],"reject":["Rome"],"needs":"world"}]}
        """

    private func set() throws -> DialogueSet {
        try DialogueSet(data: Data(lines.utf8), name: "set.jsonl")
    }

    @Test("session, fresh state and search are scored apart, and failures are listed")
    func columns() throws {
        let evaluation = try #require(
            try DialogueEvaluation(
                set(), responder: FakeResponder(),
                search: { $0.contains("Spain") ? "Madrid is the capital" : nil }))
        #expect(evaluation.session["world"] == .init(right: 1, of: 2))
        #expect(evaluation.session["session"] == .init(right: 1, of: 1))
        #expect(evaluation.fresh["session"] == .init(right: 0, of: 1))
        #expect(evaluation.search?["world"] == .init(right: 1, of: 2))
        #expect(evaluation.gaps == [1: .init(right: 1, of: 1)])
        #expect(evaluation.failures.map(\.id) == ["b"])
        #expect(evaluation.failures.first?.reply == "Paris, or Rome.")
    }

    @Test("several threads give the scores of one, to the last bit", arguments: [1, 2, 3, 9])
    func shared(workers: Int) throws {
        let model = try TinyModel.make()
        var sayings = (0..<7).map { number in
            let turns = (0...number % 3).map {
                #"{"user":"a line \#(number) \#($0)","accept":["a"],"needs":"session","gap":\#($0)}"#
            }
            return #"{"id":"\#(number)","turns":[\#(turns.joined(separator: ","))]}"#
        }
        sayings.append(#"{"id":"w","turns":[{"user":"x","accept":["b"],"needs":"world"}]}"#)
        let set = try DialogueSet(
            data: Data(sayings.joined(separator: "\n").utf8), name: "many.jsonl")
        let make: @Sendable () -> ModelResponder = { ModelResponder(model: model, lengthLimit: 12) }
        let search: (String) -> String? = { $0.contains("1") ? "a" : nil }
        let one = try #require(try DialogueEvaluation(set, responder: make(), search: search))
        let many = try #require(
            try DialogueEvaluation(set, workers: workers, search: search, responder: make))
        #expect(one == many)
        #expect(one.calibration != nil && one.worth != nil)
        #expect(
            try DialogueEvaluation(set, workers: workers, responder: make, progress: { _ in false })
                == nil)
    }

    @Test("without search there is no search column, and progress can stop")
    func stops() throws {
        let evaluation = try #require(try DialogueEvaluation(set(), responder: FakeResponder()))
        #expect(evaluation.search == nil)
        #expect(
            try DialogueEvaluation(set(), responder: FakeResponder(), progress: { _ in false })
                == nil)
    }

    @Test(
        "a model answers greedily, or draws: the same for one seed, and no two replies with the same numbers"
    )
    func drawn() throws {
        let model = try TinyModel.make()
        func replies(_ settings: SamplingSettings, seed: UInt64) -> [String] {
            var responder = ModelResponder(
                model: model, settings: settings, seed: seed, lengthLimit: 20)
            return (0..<3).map { _ in
                var state = responder.freshState
                return responder.reply(to: "hello", state: &state)
            }
        }
        let wild = SamplingSettings(temperature: 5, topP: 1)
        #expect(Set(replies(.greedy, seed: 1) + replies(.greedy, seed: 2)).count == 1)
        #expect(replies(wild, seed: 1) == replies(wild, seed: 1))
        #expect(Set(replies(wild, seed: 1) + replies(wild, seed: 2)).count == 6)
    }

    /// The reply is what was said; `(a+)+$` would be tried for longer than the machine stands.
    @Test(
        "a pattern that takes too much work is told with its line, and is no reply that is wrong",
        arguments: ["accept", "reject", "abstain"])
    func slow(_ kind: String) throws {
        struct Echo: DialogueResponder {
            var freshState: Int { 0 }
            func reply(to text: String, state: inout Int) -> String { text }
        }
        let said = String(repeating: "a", count: 60) + "!"
        let pattern = "(a+)+$"
        let accept = kind == "accept" ? pattern : kind == "reject" ? "a" : "b"
        var lines = [
            #"{"id":"x","turns":[{"user":"b","accept":["b"],"needs":"none"}]}"#, "",
            #"{"id":"y","turns":[{"user":"\#(said)","accept":["\#(accept)"],"#
                + #""reject":["\#(kind == "reject" ? pattern : "c")"],"needs":"none"}]}"#,
        ]
        if kind == "abstain" {
            // What one turn accepts as an "I do not know" is looked for in every wrong reply.
            lines[0] =
                #"{"id":"x","turns":[{"user":"aa","accept":["\#(pattern)"],"needs":"abstain"}]}"#
        }
        let set = try DialogueSet(
            data: Data(lines.joined(separator: "\n").utf8), name: "slow.jsonl")
        let expected = DialogueSetError.line(
            file: "slow.jsonl", line: kind == "abstain" ? 1 : 3,
            problem:
                "'\(pattern)' takes too much work to match; leave out repeats within repeats")
        #expect(throws: expected) { try DialogueEvaluation(set, responder: Echo()) }
        #expect(throws: expected) {
            try DialogueEvaluation(set, workers: 2, responder: { Echo() })
        }
    }

    @Test("what a pattern finds does not depend on the limit of work")
    func longReplies() throws {
        let line =
            #"{"id":"x","turns":[{"user":"x","accept":["(here|there) at the END$"],"needs":"none"}]}"#
        let turn = try DialogueSet(data: Data(line.utf8), name: "f").entries[0].turns[0]
        let long = String(repeating: "가나다 here and there ", count: 10_000)
        #expect(try turn.isRight(long + "at the end"))
        #expect(try !turn.isRight(long))
    }

    @Test("a set survives writing and reading")
    func roundTrip() throws {
        let set = try set()
        #expect(try DialogueSet(data: try set.encoded(), name: "again") == set)
    }

    @Test(
        "a bad set is refused with its line",
        arguments: [
            (#"{"id":"a"}"#, "'turns' is missing"),
            ("[1]", "'it' is of the wrong type"),
            ("nonsense", "it is not a JSON object with 'id' and 'turns'"),
            (
                #"{"id":"a","turns":[{"user":"x","accept":["("],"needs":"none"}]}"#,
                "'(' is no regular expression"
            ),
            (
                #"{"id":"a","turns":[{"user":"x","accept":["y"],"needs":"luck"}]}"#,
                "'needs' must be none, world, session or abstain"
            ),
            (
                #"{"id":"a","turns":[{"user":"x","accept":"y","needs":"none"}]}"#,
                "'accept' is of the wrong type"
            ),
        ])
    func bad(line: String, problem: String) {
        #expect(throws: DialogueSetError.line(file: "f", line: 2, problem: problem)) {
            try DialogueSet(data: Data(("\n" + line).utf8), name: "f")
        }
        #expect(throws: DialogueSetError.empty(file: "f")) {
            try DialogueSet(data: Data("\n \n".utf8), name: "f")
        }
    }
}
