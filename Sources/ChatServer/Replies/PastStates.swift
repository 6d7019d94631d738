import ChatCore
import Foundation

/// The states that stateless conversations have led to, by the hash of the messages before them, within a
/// budget of memory; the least recently used goes first. Losing one costs time alone: the messages are read
/// anew and lead to the same state, bit for bit.
package final class PastStates: @unchecked Sendable {
    /// What was said from the beginning on: SHA-256 over the key before and the lengths and texts of an exchange.
    package struct Key: Hashable, Sendable {
        private var hash: [UInt8] = []

        package init() {}

        package func followed(by user: String, _ reply: String) -> Key {
            var hasher = SHA256()
            hasher.update(data: hash)
            for text in [user, reply] {
                hasher.update(data: Array("\(text.utf8.count):".utf8))
                hasher.update(data: Array(text.utf8))
            }
            var key = Key()
            key.hash = Array(hasher.finalize())
            return key
        }
    }

    /// A state and the symbols that were read to come to it.
    package struct Entry: Sendable {
        var state: RecurrentState
        var symbolCount: Int

        package init(state: RecurrentState, symbolCount: Int) {
            self.state = state
            self.symbolCount = symbolCount
        }
    }

    private let lock = NSLock()
    private var entries: [Key: (entry: Entry, used: UInt64)] = [:]
    private var clock: UInt64 = 0
    private let capacity: Int

    /// - Parameters:
    ///   - bytes: what all states may take.
    ///   - stateBytes: what one takes.
    package init(bytes: Int, stateBytes: Int) { capacity = max(1, bytes / max(1, stateBytes)) }

    /// States that are kept.
    package var count: Int { lock.withLock { entries.count } }

    /// The entry of the longest beginning that is known, and its index in `keys`; nil where none is.
    package func longest(_ keys: [Key]) -> (index: Int, entry: Entry)? {
        lock.withLock {
            for index in keys.indices.reversed() {
                guard let found = entries[keys[index]] else { continue }
                clock += 1
                entries[keys[index]]?.used = clock
                return (index, found.entry)
            }
            return nil
        }
    }

    package func insert(_ entry: Entry, for key: Key) {
        lock.withLock {
            clock += 1
            entries[key] = (entry, clock)
            guard entries.count > capacity,
                let oldest = entries.min(by: { $0.value.used < $1.value.used })
            else { return }
            entries[oldest.key] = nil
        }
    }
}
