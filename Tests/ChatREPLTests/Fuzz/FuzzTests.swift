import ChatCore
import ChatREPL
import Foundation
import Testing

/// Damaged files for every reader. `scripts/fuzz` runs it with many inputs and measures; in the suite it
/// is a short run. `CHARCHAT_FUZZ` is the number of inputs in all, `CHARCHAT_FUZZ_SEED` where they begin.
@Suite(.serialized) struct FuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let inputs = environment["CHARCHAT_FUZZ"].flatMap { Int($0) }
    private static let seed = environment["CHARCHAT_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1

    @Test func damagedFilesAreReadOrRefusedByEveryReader() throws {
        let folder = try TemporaryFolder()
        let start = ContinuousClock.now
        var (all, refused) = (0, 0)
        for target in try FuzzTarget.all(in: folder.url) {
            let count = Int(Double(Self.inputs ?? 20_000) * target.share)
            refused += try run(target, count)
            all += count
        }
        if Self.inputs == nil { return }
        let seconds = (ContinuousClock.now - start).components.seconds
        print("in all: \(all) inputs of seed \(Self.seed), \(refused) refused, \(seconds) s")
    }

    /// Where a long run keeps the input at hand, so that one that ends the process can be found.
    private static let current = URL(
        fileURLWithPath: environment["CHARCHAT_FUZZ_INPUT"] ?? "/dev/null")

    /// - Returns: how many were refused.
    private func run(_ target: FuzzTarget, _ count: Int) throws -> Int {
        // What the damaged files are made of is read, or nothing beyond the first bytes would be tried.
        let good = target.mutator.seeds.filter { (try? target.read(Data($0))) != nil }
        #expect(!good.isEmpty, "\(target.name): no good file is read")
        var refused = 0
        var slowest = (seconds: 0.0, input: 0)
        for number in 0..<count {
            let input = target.mutator.input(number, seed: Self.seed)
            if Self.inputs != nil { try input.write(to: Self.current) }
            let start = DispatchTime.now().uptimeNanoseconds
            do {
                try target.read(input)
            } catch {
                refused += 1
                let words = "\(error)"
                #expect(
                    target.isRefusal(error) && !words.isEmpty && !words.contains("\n"),
                    "\(target.name), input \(number) of seed \(Self.seed): \(words)")
            }
            let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
            if seconds > slowest.seconds { slowest = (seconds, number) }
        }
        guard Self.inputs != nil else { return refused }
        let milliseconds = Int(slowest.seconds * 1000)
        print(
            "\(target.name): \(count) inputs, \(refused) refused, slowest \(milliseconds) ms (input \(slowest.input)), \(Self.peakMemory) MiB at most"
        )
        return refused
    }

    /// The most memory that this process has taken, in MiB.
    private static var peakMemory: Int {
        var usage = rusage()
        #if os(macOS)
            getrusage(RUSAGE_SELF, &usage)
            return usage.ru_maxrss >> 20
        #else
            getrusage(RUSAGE_SELF.rawValue, &usage)
            return usage.ru_maxrss >> 10
        #endif
    }
}
