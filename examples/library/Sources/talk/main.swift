import ChatCore
import Foundation

// Talks with a model: `talk [MODEL]`, else with the one that comes with the library. `?TEXT` says how likely
// the model would find TEXT as its next reply; `!` forks the conversation: the next line is said to a copy.
let arguments = CommandLine.arguments.dropFirst()
let model = try arguments.first.map { try ModelFile.load(URL(filePath: $0)) } ?? .shipped()
let generator = ReplyGenerator(model: model)
let session = try Session(generator: generator)
var aside: Session?

while let line = readLine() {
    if line == "!" {
        aside = try session.fork()
    } else if line.hasPrefix("?") {
        var state = session.state
        let score = generator.score(reply: String(line.dropFirst()), to: "", state: &state)
        print("\(score.bitsPerCharacter) bits per character")
    } else {
        try (aside ?? session).say(line) { piece in
            print(piece, terminator: "")
            return true
        }
        print()
        aside = nil
    }
}
