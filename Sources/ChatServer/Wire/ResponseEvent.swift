/// One event of a streamed response. Which fields it has depends on its type.
struct ResponseEvent: Encodable, Sendable {
    var type: String
    var sequence_number: Int
    var response: ResponseObject?
    var item_id: String?
    var output_index: Int?
    var content_index: Int?
    var item: MessageItem?
    var part: MessageItem.Part?
    var delta: String?
    var text: String?
    var logprobs: [String]?
    /// Of an `error` event.
    var code: String?
    var message: String?

    init(_ type: String, _ sequence: Int) {
        self.type = type
        sequence_number = sequence
    }

    /// What ends a stream that goes wrong.
    init(_ error: RequestError) {
        self.init("error", 0)
        (code, message) = (error.code ?? error.type, error.message)
    }
}

/// Numbers the events of one streamed response, in the order in which clients expect them.
struct ResponseEvents {
    private var sequence = 0
    /// The id of the message that is being written.
    private let item: String

    init(item: String) { self.item = item }

    /// The next event; the second argument of `fill` is the message's id.
    private mutating func next(
        _ type: String, _ fill: (inout ResponseEvent, String) -> Void
    ) -> ResponseEvent {
        var event = ResponseEvent(type, sequence)
        sequence += 1
        fill(&event, item)
        return event
    }

    /// The next event about the message's only part.
    private mutating func nextOfPart(
        _ type: String, _ fill: (inout ResponseEvent) -> Void
    ) -> ResponseEvent {
        next(type) { event, item in
            (event.item_id, event.output_index, event.content_index) = (item, 0, 0)
            fill(&event)
        }
    }

    /// Before the first piece of text.
    mutating func opening(_ response: ResponseObject) -> [ResponseEvent] {
        [
            next("response.created") { event, _ in event.response = response },
            next("response.in_progress") { event, _ in event.response = response },
            next("response.output_item.added") { event, item in
                event.output_index = 0
                event.item = .reply(nil, id: item, status: "in_progress")
            },
            nextOfPart("response.content_part.added") { $0.part = .output("") },
        ]
    }

    mutating func delta(_ piece: String) -> ResponseEvent {
        nextOfPart("response.output_text.delta") { ($0.delta, $0.logprobs) = (piece, []) }
    }

    /// After the last one.
    mutating func closing(_ response: ResponseObject, text: String) -> [ResponseEvent] {
        [
            nextOfPart("response.output_text.done") { ($0.text, $0.logprobs) = (text, []) },
            nextOfPart("response.content_part.done") { $0.part = .output(text) },
            next("response.output_item.done") { event, _ in
                event.output_index = 0
                event.item = response.output.first
            },
            next("response.\(response.status)") { event, _ in event.response = response },
        ]
    }
}
