import ChatCore
import ChatServer
import Foundation
import Testing

@Suite struct ReplyPartsTests {
    @Test func `Stop strings are found across pieces, and what only looks like one is shown`() {
        var stops = StopStrings(["END", "##"])
        #expect(stops.feed("ab") == "ab")
        #expect(stops.feed("E") == "")
        #expect(stops.feed("x") == "Ex")
        #expect(stops.feed("y#E") == "y#")
        #expect(stops.feed("N") == "")
        #expect(stops.feed("Dz") == "")
        #expect(stops.isMet)
        #expect(stops.rest() == "")
        var open = StopStrings(["abc"])
        #expect(open.feed("xab") == "x")
        #expect(open.rest() == "ab")
    }

    @Test func `Every way of cutting a text gives the same up to the stop`() {
        let text = Array("the cat sat on the mat")
        for size in 1...text.count {
            var stops = StopStrings(["sat on", "on t"])
            var shown = ""
            for start in stride(from: 0, to: text.count, by: size) {
                shown += stops.feed(String(text[start..<min(text.count, start + size)]))
            }
            #expect(shown + stops.rest() == "the cat ")
        }
    }

    @Test func `A syllable has its own odds, though the next character's symbol is known by then`()
    {
        let alphabet = Alphabet(scalars: "가나 .".unicodeScalars)
        let symbols = alphabet.encode("가 나.")
        var recorder = OddsRecorder(alphabet: alphabet, count: 1)
        var decoder = alphabet.makeDecoder()
        var tokens: [TokenOdds] = []
        var costs: [Double] = []
        for (index, symbol) in symbols.enumerated() {
            var logits = [Float](repeating: 0, count: alphabet.count)
            logits[Int(symbol)] = Float(index + 1)
            let logit = Double(index + 1)
            costs.append(logit - log(exp(logit) + Double(alphabet.count - 1)))
            recorder.weigh(logits, symbol)
            tokens += recorder.token(decoder.push(symbol))
        }
        #expect(costs.count == 6)
        #expect(tokens.map(\.text) == ["가", " ", "나", "."])
        let sums = [costs[0] + costs[1], costs[2], costs[3] + costs[4], costs[5]]
        for (token, sum) in zip(tokens, sums) { #expect(abs(token.logprob - sum) < 1e-9) }
        let firsts = [0, 2, 3, 5].map { [alphabet.decode([symbols[$0]])] }
        #expect(tokens.map { $0.alternatives.map(\.text) } == firsts)
    }

    @Test func `States go least recently used first`() throws {
        let model = try TinyModel.make()
        let known = PastStates(bytes: 2 * 96, stateBytes: 96)
        let keys = ["a", "b", "c"].map { PastStates.Key().followed(by: $0, "x") }
        for key in keys {
            known.insert(
                PastStates.Entry(state: model.network.freshState, symbolCount: 1), for: key)
            _ = known.longest([keys[0]])
        }
        #expect(known.count == 2)
        #expect(known.longest([keys[0]]) != nil)
        #expect(known.longest([keys[1]]) == nil)
        #expect(known.longest(keys)?.index == 2)
    }

    @Test func `A key tells where one text ends and the next begins`() {
        let key = PastStates.Key()
        #expect(key.followed(by: "ab", "c") != key.followed(by: "a", "bc"))
        #expect(key.followed(by: "a", "b") == key.followed(by: "a", "b"))
    }

    @Test(arguments: [
        "resp_3_0011aabb_name", "resp_12_0011aabb_a name_with_lines", "msg_3_0011aabb_x",
    ])
    func `An id is read as it was written`(_ text: String) throws {
        let id = try #require(TurnID(text))
        #expect([id.response, id.reply].contains(text))
    }

    @Test(arguments: [
        "", "resp_", "resp_1_0011aabb_x", "resp_03_0011aabb_x", "resp_3_0011aab_x",
        "resp_3_0011aabb_", "other_3_0011aabb_x", "resp_99999999999999999999_0011aabb_x",
    ])
    func `What is no id is none`(_ text: String) { #expect(TurnID(text) == nil) }

    @Test func `Jobs of one session are done one after another, in order`() async throws {
        let queue = try ReplyQueue(
            model: try TinyModel.make(), cores: 2, workers: 4, capacity: 100)
        let log = Log()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<20 {
                // Submitted in order; done on whichever thread is free.
                try queue.submit(
                    session: "one", ticket: Ticket(seconds: 10), abandon: { _ in },
                    body: { _ in
                        log.enter()
                        usleep(500)
                        log.leave(index)
                    })
                group.addTask { try await queue.run(ticket: Ticket(seconds: 10)) { _ in } }
            }
            try await group.waitForAll()
        }
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                queue.stop()
                continuation.resume()
            }
        }
        #expect(log.done == Array(0..<20))
        #expect(!log.overlapped)
        #expect(throws: RequestError.stopping) {
            try queue.submit(ticket: Ticket(seconds: 1), abandon: { _ in }, body: { _ in })
        }
    }

    private final class Log: @unchecked Sendable {
        private let lock = NSLock()
        private var inside = 0
        private(set) var overlapped = false
        private(set) var done: [Int] = []

        func enter() {
            lock.withLock {
                inside += 1
                if inside > 1 { overlapped = true }
            }
        }
        func leave(_ index: Int) {
            lock.withLock {
                inside -= 1
                done.append(index)
            }
        }
    }
}
