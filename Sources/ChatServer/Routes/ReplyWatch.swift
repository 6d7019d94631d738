import ChatCore

/// Measures a reply as its client sees it.
struct ReplyWatch: Sendable {
    private let metrics: Metrics
    private let start = ContinuousClock.now
    private var hasSpoken = false

    init(_ metrics: Metrics) { self.metrics = metrics }

    private var seconds: Double {
        let passed = start.duration(to: .now).components
        return Double(passed.seconds) + Double(passed.attoseconds) / 1e18
    }

    mutating func piece() {
        if !hasSpoken { metrics.firstCharacter(after: seconds) }
        hasSpoken = true
    }

    func end(_ reply: SpokenReply) {
        metrics.turn(
            characters: Normalization.characterCount(reply.text), symbols: reply.symbolCount,
            seconds: seconds)
    }
}

extension SpokenReply {
    /// Why it ended, in the words of chat completions.
    var chatFinishReason: String {
        switch finishReason {
        case .complete: "stop"
        case .limit, .repetition: "length"
        case .interrupted: isStopped ? "stop" : "length"
        }
    }
}
