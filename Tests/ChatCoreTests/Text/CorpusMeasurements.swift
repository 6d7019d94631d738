import ChatCore
import ChatCorpus
import ChatTraining
import Foundation
import Testing

/// Measures reading a large corpus; only where `CHARCHAT_MEASURE_CORPUS` names a file.
@Suite struct CorpusMeasurements {
    private static let file = ProcessInfo.processInfo.environment["CHARCHAT_MEASURE_CORPUS"]

    /// Largest resident size so far, as Linux tells it.
    private var peak: String {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
        return line.map { String($0.dropFirst(6).drop { $0 == "\t" || $0 == " " }) } ?? "unknown"
    }

    @Test(.enabled(if: file != nil)) func readingALargeCorpus() throws {
        let folder = try TemporaryFolder()
        let file = URL(fileURLWithPath: try #require(Self.file))
        let size = try #require(file.resourceValues(forKeys: [.fileSizeKey]).fileSize)
        let clock = ContinuousClock()
        func report(_ what: String, _ time: Duration) {
            let seconds = time / .seconds(1)
            print("\(what): \(seconds) s, \(Double(size) / 1e6 / seconds) MB/s, peak \(peak)")
        }
        print("before: peak \(peak)")
        var corpus: EncodedCorpus?
        let alphabet = ScalarCounts().alphabet()
        report(
            "first opening",
            try clock.measure {
                corpus = try EncodedCorpus.open(files: [file], cacheFolder: folder.url)
            })
        report(
            "second opening",
            try clock.measure {
                corpus = try EncodedCorpus.open(files: [file], cacheFolder: folder.url)
            })
        let found = try #require(corpus)
        #expect(found.alphabet != alphabet)
        report(
            "a whole epoch of windows 32 x 256",
            try clock.measure {
                var source: any WindowSource =
                    found.format == .text
                    ? try TextWindows(corpus: found, batch: 32, time: 256)
                    : try DialogueWindows(corpus: found, batch: 32, time: 256, seed: 1)
                var window = TrainingWindow(batch: 32, time: 256)
                for _ in 0..<found.count / (32 * 256) { try source.next(into: &window) }
            })
        if found.format == .text, size < 500_000_000 {
            let text = try String(contentsOf: file, encoding: .utf8)
            var count = 0
            report(
                "Alphabet.encode in memory",
                clock.measure {
                    count = found.alphabet.encode(text).count
                })
            print("\(count) symbols, alphabet of \(found.alphabet.count)")
        }
    }
}
