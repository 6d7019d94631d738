import ChatCore
import Hummingbird

/// `GET /v1/models` and `/v1/models/{id}`: the one model that is here.
struct ModelRoutes: Sendable {
    let parts: ServerParts

    private struct ModelObject: Encodable, Sendable {
        var id: String
        var object = "model"
        var created: Int
        var owned_by = "charchat"
        /// Of the program that serves it; a client that wants more than OpenAI's routes looks at it.
        var version = chatCoreVersion
        /// SHA-256 of the model, as transcripts name it.
        var hash: String
        var parameters: Int
        /// Bytes of the state that a conversation is.
        var state_bytes: Int
    }

    var routes: [Route] {
        [
            Route(.get, "/v1/models") { _, _ in
                try JSONBody.response(
                    ListPage(
                        data: [model], first_id: OrNull(model.id), last_id: OrNull(model.id),
                        has_more: false))
            },
            Route(.get, "/v1/models/{model}") { _, context in
                try parts.check(model: try context.parameter("model"))
                return try JSONBody.response(model)
            },
        ]
    }

    private var model: ModelObject {
        ModelObject(
            id: parts.modelName, created: parts.created, hash: parts.model.hash,
            parameters: parts.model.network.configuration.parameterCount,
            state_bytes: parts.model.network.freshState.byteCount)
    }
}
