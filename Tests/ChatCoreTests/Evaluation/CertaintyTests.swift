import ChatCore
import ChatEvaluation
import Foundation
import Testing

@Suite("How sure replies are")
struct CertaintyTests {
    /// Replies whose chance of being right falls with what their least likely symbol costs.
    private func replies(_ count: Int, seed: UInt64) -> [CertaintyFit.Observation] {
        var random = RandomStream(seed: seed)
        return (0..<count).map { _ in
            let weakest = random.uniform() * 6
            let bits = weakest + random.uniform() * 2
            let chance = 1 / (1 + exp(-(4 - 1.5 * weakest)))
            return CertaintyFit.Observation(
                bits: bits, weakest: weakest, isRight: random.uniform() < chance)
        }
    }

    @Test("a curve fitted to some replies tells how often others are right, and where to mark them")
    func fits() throws {
        let fit = try #require(
            CertaintyFit(replies(4_000, seed: 1), judgedBy: replies(4_000, seed: 2)))
        #expect(fit.calibration.expectedError < 0.03)
        let point = try #require(fit.atLimit)
        #expect(point.right > 0.93 && (0.1...0.6).contains(point.answered), "\(point)")
        #expect(fit.points.count == 10 && fit.points[0].answered == 1)
        #expect(fit.points.last.map { $0.right > fit.points[0].right } == true)
        let curve = fit.curve
        #expect(curve.wholeWeight <= 0 && curve.weakestWeight <= 0)
        #expect(curve.certainty(bits: 0, weakest: 0) > curve.certainty(bits: 9, weakest: 5))
    }

    @Test("too few replies, or all of them right, give no curve; noise gives no limit")
    func cannotFit() throws {
        let right = (0..<100).map {
            CertaintyFit.Observation(bits: Double($0), weakest: 1, isRight: true)
        }
        #expect(CertaintyFit(right, judgedBy: right) == nil)
        #expect(CertaintyFit(replies(10, seed: 1), judgedBy: right) == nil)
        let noise = (0..<400).map {
            CertaintyFit.Observation(bits: Double($0 % 7), weakest: 1, isRight: $0 % 2 == 0)
        }
        let fit = try #require(CertaintyFit(noise, judgedBy: noise))
        #expect(fit.curve.limit == nil && fit.atLimit == nil)
        #expect(!fit.curve.isUnsure(0.01))
    }

    @Test("a curve is kept in the model's file and changes neither its hash nor its replies")
    func kept() throws {
        let folder = try TemporaryFolder()
        let model = try TinyModel.make()
        let curve = CertaintyCurve(
            intercept: 3, wholeWeight: -0.25, weakestWeight: -1, limit: 0.75)
        let url = folder.url.appendingPathComponent("a.safetensors")
        try ModelFile.save(model.with(curve), to: url)
        let read = try ModelFile.load(url)
        #expect(read.certainty == curve && read.hash == model.hash)
        #expect(model.certainty == nil)
        var damaged = try Data(contentsOf: url)
        let place = try #require(damaged.range(of: Data("-0.25".utf8)))
        damaged.replaceSubrange(place, with: Data("1e999".utf8))
        try damaged.write(to: url)
        #expect(throws: StorageError.self) { try ModelFile.load(url) }
    }
}
