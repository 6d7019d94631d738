import Foundation

/// What the server has done, as numbers that Prometheus reads. Nothing that was said is among them.
final class Metrics: @unchecked Sendable {
    /// Upper bounds of latencies, in seconds.
    private static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    private struct Histogram {
        var counts = [Int](repeating: 0, count: Metrics.bounds.count)
        var count = 0
        var sum = 0.0

        mutating func add(_ value: Double) {
            count += 1
            sum += value
            for (index, bound) in Metrics.bounds.enumerated() where value <= bound {
                counts[index] += 1
            }
        }
    }

    private struct Series: Hashable {
        var method: String
        var path: String
        var status: Int
    }

    private let lock = NSLock()
    private var requests: [Series: Int] = [:]
    private var durations = Histogram()
    private var firstCharacters = Histogram()
    private var turns = 0
    private var characters = 0
    private var symbols = 0
    private var speakingSeconds = 0.0
    private let started = ContinuousClock.now

    /// - Parameter path: the route, never what stands in its place.
    func request(method: String, path: String, status: Int, seconds: Double) {
        lock.withLock {
            requests[Series(method: method, path: path, status: status), default: 0] += 1
            durations.add(seconds)
        }
    }

    /// Seconds from a request to the first character of its reply.
    func firstCharacter(after seconds: Double) { lock.withLock { firstCharacters.add(seconds) } }

    /// A reply that ended.
    func turn(characters: Int, symbols: Int, seconds: Double) {
        lock.withLock {
            turns += 1
            self.characters += characters
            self.symbols += symbols
            speakingSeconds += seconds
        }
    }

    /// The numbers in Prometheus' text format.
    /// - Parameter gauges: how things stand now, by name.
    func text(_ gauges: [(name: String, help: String, value: Int)]) -> String {
        lock.withLock {
            var text = ""
            func head(_ name: String, _ help: String, _ type: String) {
                text += "# HELP charchat_\(name) \(help)\n# TYPE charchat_\(name) \(type)\n"
            }
            func counter(_ name: String, _ help: String, _ value: Double) {
                head(name, help, "counter")
                text += "charchat_\(name) \(value)\n"
            }
            func histogram(_ name: String, _ help: String, _ values: Histogram) {
                head(name, help, "histogram")
                for (bound, count) in zip(Self.bounds, values.counts) {
                    text += "charchat_\(name)_bucket{le=\"\(bound)\"} \(count)\n"
                }
                text += "charchat_\(name)_bucket{le=\"+Inf\"} \(values.count)\n"
                text +=
                    "charchat_\(name)_sum \(values.sum)\ncharchat_\(name)_count \(values.count)\n"
            }
            head("requests_total", "Requests by route and status.", "counter")
            let order = requests.keys.sorted {
                ($0.path, $0.method, $0.status) < ($1.path, $1.method, $1.status)
            }
            for key in order {
                text +=
                    "charchat_requests_total{method=\"\(key.method)\",path=\"\(key.path)\",status=\"\(key.status)\"} \(requests[key] ?? 0)\n"
            }
            histogram(
                "request_seconds", "To the answer, or to the beginning of a stream.", durations)
            histogram("first_character_seconds", "To the first character.", firstCharacters)
            counter("turns_total", "Replies made.", Double(turns))
            counter("characters_total", "Characters of replies.", Double(characters))
            counter(
                "symbols_total", "Symbols that were generated to spell them.", Double(symbols))
            counter("speaking_seconds_total", "Seconds spent on replies.", speakingSeconds)
            for gauge in gauges {
                head(gauge.name, gauge.help, "gauge")
                text += "charchat_\(gauge.name) \(gauge.value)\n"
            }
            head("uptime_seconds", "Since the server began.", "gauge")
            let uptime = started.duration(to: .now).components.seconds
            text += "charchat_uptime_seconds \(uptime)\n"
            return text
        }
    }
}
