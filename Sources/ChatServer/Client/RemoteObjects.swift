import ChatCore
import Foundation

/// The model that a server speaks with.
package struct RemoteModel: Sendable, Equatable {
    package let id: String
    package let parameterCount: Int

    package init(id: String, parameterCount: Int) {
        self.id = id
        self.parameterCount = parameterCount
    }
}

/// A session that a server keeps.
package struct RemoteSession: Sendable, Equatable {
    package let name: String
    package let turnCount: Int
    /// When something was said in it last.
    package let modified: Date
    /// The first thing that was said.
    package let opening: String

    package init(name: String, turnCount: Int, modified: Date, opening: String) {
        self.name = name
        self.turnCount = turnCount
        self.modified = modified
        self.opening = opening
    }
}

/// A turn of a session that a server keeps.
package struct RemoteTurn: Sendable, Equatable {
    /// The response's.
    package let id: String
    package let turn: Turn

    package init(id: String, turn: Turn) {
        self.id = id
        self.turn = turn
    }
}

/// A reply that came from a server.
package struct RemoteReply: Sendable, Equatable {
    package let text: String
    package let finishReason: FinishReason

    package init(text: String, finishReason: FinishReason) {
        self.text = text
        self.finishReason = finishReason
    }
}

/// How replies are drawn from the next one on; nil: as it was.
package struct RemoteSettings: Sendable, Equatable {
    package var temperature: Double?
    package var topP: Double?
    package var seed: UInt64?

    package init(temperature: Double? = nil, topP: Double? = nil, seed: UInt64? = nil) {
        self.temperature = temperature
        self.topP = topP
        self.seed = seed
    }
}

// MARK: - As they come over the wire

struct WireModels: Decodable {
    struct Model: Decodable {
        var id: String
        var owned_by: String
        var version: String?
        var parameters: Int
    }
    var data: [Model]
}

struct WireSessions: Decodable {
    struct Session: Decodable {
        var id: String
        var modified_at: Double
        var turns: Int
        var opening: String
        var problem: String?
    }
    var data: [Session]
}

struct WireTree: Decodable {
    struct Node: Decodable {
        var parent: Int?
        var kind: String
        var stands: Bool
        var id: String?
        var number: Int?
        var user: String?
        var reply: String?
        var ending: String?
        var imported: Bool?
    }
    var nodes: [Node]

    /// The conversation as it stands.
    var turns: [RemoteTurn] {
        nodes.compactMap { node in
            guard node.kind == "turn", node.stands, let id = node.id, let number = node.number
            else { return nil }
            let before = node.parent.flatMap { nodes.indices.contains($0) ? nodes[$0].kind : nil }
            return RemoteTurn(
                id: id,
                turn: Turn(
                    number: number, user: node.user ?? "", reply: node.reply ?? "",
                    finishReason: node.ending.flatMap { FinishReason(rawValue: $0) } ?? .complete,
                    origin: node.imported == true ? .imported : .generated,
                    startsFresh: before != "turn"))
        }
    }
}

struct WireConversation: Decodable { var id: String }

struct WireError: Decodable {
    struct Body: Decodable {
        var message: String
        var code: String?
    }
    var error: Body
}

/// An event of a streamed response, as far as a listener needs it.
struct WireEvent: Decodable {
    struct Response: Decodable {
        struct Details: Decodable { var reason: String }
        var incomplete_details: Details?
    }
    var type: String
    var delta: String?
    var message: String?
    var response: Response?
}

/// The body of a message that is said.
struct WireQuestion: Encodable {
    var input: String
    var stream = true
    var conversation: String?
    var store: Bool?
    var temperature: Double?
    var top_p: Double?
    var seed: Int64?
}
