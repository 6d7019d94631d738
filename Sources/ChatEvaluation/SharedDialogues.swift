import ChatCore
import Foundation

/// The dialogues of a set shared out among threads, to each a stretch of them.
enum SharedDialogues {
    /// What the threads have done so far.
    private final class Board: @unchecked Sendable {
        private let condition = NSCondition()
        private var parts: [DialogueScores?]
        private var doneCount = 0
        private var runningCount: Int
        private var stopped = false
        private var failure: (any Error)?

        init(parts: Int) {
            self.parts = Array(repeating: nil, count: parts)
            runningCount = parts
        }

        var isStopped: Bool { condition.withLock { stopped } }
        func stop() { condition.withLock { stopped = true } }

        func tick() {
            condition.withLock {
                doneCount += 1
                condition.signal()
            }
        }

        /// A thread that cannot go on; the others are not waited for.
        func fail(_ error: any Error) {
            condition.withLock {
                failure = failure ?? error
                stopped = true
                condition.signal()
            }
        }

        func finish(_ part: Int, _ scores: DialogueScores?) {
            condition.withLock {
                parts[part] = scores
                runningCount -= 1
                condition.signal()
            }
        }

        /// Waits for the next dialogue to be done, not longer than a moment.
        /// - Returns: how many are done, and whether all threads have ended.
        /// - Throws: what one of them could not go on for.
        func wait() throws -> (done: Int, isOver: Bool) {
            condition.lock()
            defer { condition.unlock() }
            if runningCount > 0 { _ = condition.wait(until: Date() + 0.1) }
            if let failure { throw failure }
            return (doneCount, runningCount == 0)
        }

        /// Of all parts in order; nil where one was not finished.
        var scores: DialogueScores? {
            let parts = condition.withLock { self.parts }
            return parts.dropFirst().reduce(parts.first ?? nil) { whole, part in
                guard var whole, let part else { return nil }
                whole.append(part)
                return whole
            }
        }
    }

    /// - Returns: nil when `progress` stopped it.
    /// - Throws: `DialogueSetError.line` for a pattern that takes too much work to match.
    static func scores<R: DialogueResponder>(
        _ set: DialogueSet, workers: Int, responder: @escaping @Sendable () -> R,
        progress: (Int) -> Bool
    ) throws -> DialogueScores? {
        let count = set.entries.count
        let parts = max(1, min(workers, count))
        let board = Board(parts: parts)
        let work: @Sendable (Int) -> Void = { part in
            let range = part * count / parts..<(part + 1) * count / parts
            do {
                board.finish(part, try stretch(set, range, responder(), board))
            } catch {
                board.fail(error)
            }
        }
        for part in 0..<parts where !PlainThread.start({ work(part) }) { work(part) }
        while true {
            let (done, isOver) = try board.wait()
            guard progress(done) else {
                // The threads end after the dialogue that they are at; nobody waits for that.
                board.stop()
                return nil
            }
            if isOver { return board.scores }
        }
    }

    private static func stretch<R: DialogueResponder>(
        _ set: DialogueSet, _ range: Range<Int>, _ responder: R, _ board: Board
    ) throws -> DialogueScores? {
        var responder = responder
        var scores = DialogueScores(set)
        // The control of the first dialogue is the end of the one before it.
        var control =
            range.lowerBound > 0 ? end(set.entries[range.lowerBound - 1], &responder) : nil
        for index in range {
            guard !board.isStopped else { return nil }
            control = try scores.count(set.entries[index], &responder, control: control)
            board.tick()
        }
        return scores
    }

    private static func end<R: DialogueResponder>(
        _ entry: DialogueSet.Entry, _ responder: inout R
    ) -> R.State? {
        var state = responder.freshState
        for turn in entry.turns { _ = responder.reply(to: turn.user, state: &state) }
        return state
    }
}
