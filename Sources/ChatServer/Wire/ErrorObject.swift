import Hummingbird

/// OpenAI's error object.
struct ErrorObject: Encodable, Sendable {
    var error: Body

    struct Body: Encodable, Sendable {
        var message: String
        var type: String
        var param: OrNull<String>
        var code: OrNull<String>
    }

    init(_ error: RequestError) {
        self.error = Body(
            message: error.message, type: error.type, param: OrNull(error.parameter),
            code: OrNull(error.code))
    }
}

extension RequestError {
    /// The answer that tells it.
    func response() throws -> Response {
        var headers: HTTPFields = [:]
        if let retryAfter { headers[.retryAfter] = "\(retryAfter)" }
        if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
        return try JSONBody.response(ErrorObject(self), status: status, headers: headers)
    }
}
