import ChatCorpus
import Foundation
import Testing

/// What else is said back whole: what has words of its own, and all of it at once; and what is taken back.
extension HeardTests {
    private static let cat = """
        [told cat]
        values: ~latin
        tell: My cat is called {cat}.
        ask: What is my cat called?
        ack: Your cat is called {cat}.
        answer: Your cat is called {cat}.
        unknown: Your cat is called something you have not told me.

        [heard home]
        the key is under the pot
        ? where is the key
        """

    @Test(
        "what has words of its own is now and then said back whole, and is asked for in the same way then"
    )
    func ownWordsKeptWhole() throws {
        var source = LessonSource(try load(Self.replies + Self.cat), seed: 5)
        var (whole, inOwnWords) = (0, 0)
        for _ in 0..<500 {
            var line: String?
            for turn in source.nextAnnotated().turns {
                if turn.kind == "told cat" {
                    line = said(turn.reply, after: "Noted: ")
                    if let line { #expect(turn.user.hasPrefix(line)) }
                } else if turn.kind == "recall cat" {
                    #expect(said(turn.reply, after: "You said: ") == line, "\(turn)")
                    if line == nil {
                        #expect(turn.reply.hasPrefix("Your cat is called "))
                        inOwnWords += 1
                    } else {
                        whole += 1
                    }
                }
            }
        }
        #expect(whole > 5 && inOwnWords > 2 * whole)
    }

    @Test("the held-out sets keep words of their own")
    func heldOutKeepsItsWords() throws {
        var source = LessonSource(
            try load(Self.replies + Self.cat), seed: 5, split: .heldOutNames)
        for _ in 0..<200 {
            for turn in source.nextAnnotated().turns {
                #expect(!turn.reply.hasPrefix("Noted: ") && !turn.reply.hasPrefix("You said: "))
            }
        }
    }

    @Test("what was taken back is not known")
    func takenBack() throws {
        let lessons =
            Self.replies.replacingOccurrences(
                of: "unknown: You have",
                with: "forgotten: All right, forgotten.\nforget: Forget that.\nunknown: You have")
            + Self.cat
        var source = LessonSource(try load(lessons), seed: 5)
        var (asked, forgotten) = (0, 0)
        for _ in 0..<600 {
            var isKnown = false
            for turn in source.nextAnnotated().turns {
                switch turn.kind {
                // Said, whatever was replied.
                case "heard tell": isKnown = true
                case "heard forget":
                    #expect(isKnown && turn.reply == "All right, forgotten.")
                    isKnown = false
                    forgotten += 1
                case "heard ask": #expect(isKnown)
                case "heard untold":
                    #expect(!isKnown)
                    asked += 1
                default: continue
                }
            }
        }
        #expect(forgotten > 20 && asked > 5)
    }

    @Test("all that was said is summed up, in the order of telling")
    func summedUp() throws {
        let lessons =
            Self.replies + Self.cat + """

                my sister owes me ten
                ? who owes me ten

                [scene]
                share: 0
                mine: my {as}
                yours: your {as}
                possessive: {who}'s
                sum-me: What do you know?
                sum-none: Nothing yet.

                """
        var source = LessonSource(try load(lessons), seed: 5)
        var (several, none) = (0, 0)
        for _ in 0..<600 {
            var lines: [String] = []
            for turn in source.nextAnnotated().turns {
                if turn.kind.hasPrefix("heard tell"), let line = turn.told.first {
                    // Said once more, it stands where it was said last.
                    lines.removeAll { $0 == line }
                    lines.append(line)
                }
                if turn.kind == "scene sum" {
                    let places = lines.map {
                        turn.reply.range(of: "You said: \"\($0)\".")?.lowerBound
                    }
                    #expect(!places.contains(nil), "\(turn) \(lines)")
                    #expect(places.compactMap(\.self) == places.compactMap(\.self).sorted())
                    several += lines.count > 1 ? 1 : 0
                } else if turn.kind == "scene sum none" {
                    #expect(lines.isEmpty)
                    none += 1
                }
            }
        }
        #expect(several > 10 && none > 0)
    }
}
