import Hummingbird

/// Why a request was refused, as OpenAI's clients expect to be told: a status, and an object with a message,
/// a type, a code and the parameter that is wrong. None quotes what was said.
package struct RequestError: Error, Equatable, Sendable {
    var status: HTTPResponse.Status
    /// `invalid_request_error`, `authentication_error`, `rate_limit_error` or `server_error`.
    var type = "invalid_request_error"
    var code: String?
    var parameter: String?
    var message: String
    /// Seconds after which it is worth trying again; nil where that would not help.
    var retryAfter: Int?

    /// Something in the request is not as it must be.
    static func invalid(
        _ message: String, parameter: String? = nil, code: String? = nil
    ) -> RequestError {
        RequestError(status: .badRequest, code: code, parameter: parameter, message: message)
    }

    /// A parameter that would change what a reply means and that charchat has nothing for.
    static func unsupported(_ parameter: String, _ reason: String) -> RequestError {
        invalid(reason, parameter: parameter, code: "unsupported_parameter")
    }

    static func missing(_ what: String, _ id: String) -> RequestError {
        RequestError(
            status: .notFound, code: "not_found", message: "there is no \(what) '\(id.prefix(240))'"
        )
    }

    static let noRoute = RequestError(
        status: .notFound, code: "unknown_url", message: "there is nothing at this address")

    static let wrongMethod = RequestError(
        status: .methodNotAllowed, code: "method_not_allowed",
        message: "this address does not take this method")

    static let unauthorized = RequestError(
        status: .unauthorized, type: "authentication_error", code: "invalid_api_key",
        message: "this server wants its API key: Authorization: Bearer KEY")

    static func forbidden(_ message: String) -> RequestError {
        RequestError(status: .forbidden, code: "forbidden", message: message)
    }

    static func tooLarge(_ limit: Int) -> RequestError {
        RequestError(
            status: .contentTooLarge, code: "request_too_large",
            message: "a request may have at most \(limit) bytes")
    }

    static let notJSON = RequestError(
        status: .unsupportedMediaType, code: "unsupported_media_type",
        message: "the body must be JSON: Content-Type: application/json")

    static let busy = RequestError(
        status: .tooManyRequests, type: "rate_limit_error", code: "rate_limit_exceeded",
        message: "too many replies are being waited for; try again soon", retryAfter: 1)

    package static let stopping = RequestError(
        status: .serviceUnavailable, type: "server_error", code: "server_stopping",
        message: "the server is ending", retryAfter: 5)

    static let timeOver = RequestError(
        status: .requestTimeout, code: "request_timeout",
        message: "it took longer than a request may take")

    static func conflict(_ message: String) -> RequestError {
        RequestError(status: .conflict, code: "conflict", message: message)
    }

    static func failed(_ message: String) -> RequestError {
        RequestError(
            status: .internalServerError, type: "server_error", code: "server_error",
            message: message)
    }
}
