import ChatCore

/// Real against fake: beside a line that somebody wrote stands one that the model wrote after the same words.
/// One unit for recognising and for making, the next character, so that the better the model is the less
/// there is to tell.
package struct Quiz {
    /// A line and what came before it.
    package struct Passage: Sendable, Equatable {
        /// The lines before it; in a dialogue what the user said, to which the line is the reply.
        package var before: String
        package var line: String

        package init(before: String, line: String) {
            self.before = before
            self.line = line
        }
    }

    /// What is to be told apart.
    package struct Pair: Sendable, Equatable {
        package var before: String
        package var real: String
        package var fake: String
        /// What each costs the model after `before`, in bits.
        package var realBits: Double
        package var fakeBits: Double
        /// The order in which they are shown.
        package var realIsFirst: Bool

        package init(
            before: String, real: String, fake: String, realBits: Double, fakeBits: Double,
            realIsFirst: Bool
        ) {
            self.before = before
            self.real = real
            self.fake = fake
            self.realBits = realBits
            self.fakeBits = fakeBits
            self.realIsFirst = realIsFirst
        }

        /// A judge that knows nothing but these odds takes for the model's what it finds likelier a character.
        package var isRightByOdds: Bool { costsMore(real, realBits, than: fake, fakeBits) }
    }

    /// Characters of a line that is worth asking about.
    package static let lengths = 12...120

    private let generator: ReplyGenerator
    private let settings: SamplingSettings
    private let trained: Set<String>
    private let chain: CharacterChain
    private var passages: [Passage]
    private var random: RandomStream

    /// - Parameters:
    ///   - passages: of a text that the model never read.
    ///   - trained: lines that it read; none of them is shown, nor is a fake that stands in the text.
    ///   - settings: how it writes.
    package init(
        _ generator: ReplyGenerator, passages: [Passage], trained: Set<String>,
        settings: SamplingSettings, seed: UInt64
    ) {
        self.generator = generator
        self.settings = settings
        random = RandomStream(seed: seed)
        let real = Set(passages.map(\.line))
        chain = CharacterChain((trained.isEmpty ? real : trained).sorted())
        self.trained = trained.union(real)
        var seen: Set<String> = []
        var kept = passages.filter { passage in
            Self.lengths.contains(passage.line.count) && !trained.contains(passage.line)
                && seen.insert(passage.line).inserted
        }
        random.shuffle(&kept)
        self.passages = kept
    }

    /// Passages that were not asked about yet.
    package var passageCount: Int { passages.count }

    /// The next pair; nil when there are no more passages, or when `shouldContinue` stopped it.
    package mutating func next(while shouldContinue: () -> Bool = { true }) -> Pair? {
        while let passage = passages.popLast() {
            // A model that has nothing but what it read says something else for one passage in many.
            for _ in 0..<8 {
                guard shouldContinue() else { return nil }
                var state = generator.freshState
                let reply = generator.reply(
                    to: passage.before, state: &state, random: &random, settings: settings,
                    lengthLimit: 4 * Self.lengths.upperBound, emit: { _ in shouldContinue() })
                guard let fake = reply?.text, reply?.finishReason == .complete,
                    Self.lengths.contains(fake.count), !trained.contains(fake)
                else { continue }
                return pair(passage, fake)
            }
        }
        return nil
    }

    /// A pair whose fake is a line of a chain of character pairs; nil where it writes none that will do.
    package mutating func withChain(_ pair: Pair) -> Pair? {
        for _ in 0..<100 {
            let fake = chain.line(limit: Self.lengths.upperBound + 1, random: &random)
            guard Self.lengths.contains(fake.count), !trained.contains(fake) else { continue }
            return self.pair(Passage(before: pair.before, line: pair.real), fake)
        }
        return nil
    }

    private mutating func pair(_ passage: Passage, _ fake: String) -> Pair {
        func bits(_ line: String) -> Double {
            var state = generator.freshState
            return Surprisal.reply(
                line, to: passage.before, state: &state, generator: generator
            ).bits
        }
        return Pair(
            before: passage.before, real: passage.line, fake: fake, realBits: bits(passage.line),
            fakeBits: bits(fake), realIsFirst: random.index(below: 2) == 0)
    }
}

/// Whether a line costs more a character than another; its end counts as one.
private func costsMore(_ a: String, _ aBits: Double, than b: String, _ bBits: Double) -> Bool {
    aBits / Double(a.count + 1) > bBits / Double(b.count + 1)
}
