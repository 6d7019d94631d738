import Hummingbird

/// The methods that HTTP has.
enum RouteMethods {
    static let all: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .delete, .options, .trace, .patch,
    ]
}
