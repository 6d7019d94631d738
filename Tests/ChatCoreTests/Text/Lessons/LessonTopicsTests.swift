import ChatCore
import ChatCorpus
import Foundation
import Testing

/// What can be said to a model, taken from its lessons.
@Suite struct LessonTopicsTests {
    private static let cafe = """
        [talk world]
        (May|Can) I bring my dog? | Are dogs allowed?
        => Dogs are welcome.

        [talk]
        Hello.
        => Hello!

        [fact hours]
        table: hours
        ask:
          (Are|When are) you open on {day}?
          When do you open on {day}?
        answer: On {day} we are {hours}.

        [told table]
        values: ~number(10-40)
        tell:
          I (sit|am) at table {table}.
          My table is number {table}.
        ask:
          Which table is mine?
        ack: Your table is number {table}.
        answer: Your table is number {table}.
        unknown: Your table is one you have not told me.

        [told friend]
        values: ~latin
        tell:
          My friend is {friend}.
        ask:
          Who is my friend?
        ack: Your friend is {friend}.
        answer: Your friend is {friend}.
        unknown: Your friend is one you have not told me.
        """

    private func lessons() throws -> LessonFolder {
        let folder = try TemporaryFolder()
        try folder.write("cafe.txt", Self.cafe)
        try folder.write("hours.tsv", "day\thours\nMonday | Mondays\tclosed\nTuesday\topen\n")
        return try LessonFolder.load(folder.url)
    }

    @Test func eachLessonGivesALineWithNothingLeftToChoose() throws {
        let topics = try lessons().topics
        #expect(
            topics.told == [.init(tell: "My table is number 20.", ask: "Which table is mine?")],
            "what is only invented is left out")
        #expect(topics.asked == ["When do you open on Monday?"])
        #expect(topics.talk == ["Are dogs allowed?", "Hello."])
    }

    @Test func theShippedLessonsHaveLinesInBothLanguages() throws {
        let topics = try ShippedLessons.load().topics
        let english = topics.lines(inHangul: false)
        let korean = topics.lines(inHangul: true)
        for lines in [english, korean] {
            #expect(lines.told.count > 8 && lines.asked.count > 3 && lines.talk.count > 8)
            for line in lines.told.flatMap({ [$0.tell, $0.ask] }) + lines.asked + lines.talk {
                #expect(!line.contains { "{}|()".contains($0) } && line.count < 100, "\(line)")
            }
        }
        #expect(english.told.first?.tell.contains("name") == true, "\(english.told)")
    }

    @Test func aModelsFileKeepsThem() throws {
        let folder = try TemporaryFolder()
        let plain = try TinyModel.make()
        let model = plain.with(try lessons().topics)
        let url = folder.url.appending(path: "m.safetensors")
        try ModelFile.save(model, to: url)
        let read = try ModelFile.load(url)
        #expect(read.topics == model.topics && read.hash == plain.hash)
        #expect(read.with(nil).topics == model.topics, "the certainty is another matter")
    }
}
