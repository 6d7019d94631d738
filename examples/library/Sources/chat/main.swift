import ChatCore

let model = try ChatModel.shipped()
let session = try Session(generator: ReplyGenerator(model: model))
while let line = readLine() {
    try session.say(line) { piece in
        print(piece, terminator: "")
        return true  // false stops the reply
    }
    print()
}
