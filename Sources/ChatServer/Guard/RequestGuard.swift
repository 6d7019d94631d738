import Hummingbird
import Logging

/// Around every route: lets in who may come in, turns errors into OpenAI's error object, counts and logs.
/// The log has the route, never what stands in its place, and nothing that was said.
struct RequestGuard: RouterMiddleware {
    typealias Context = ServerContext

    let gatekeeper: Gatekeeper
    let metrics: Metrics

    func handle(
        _ request: Request, context: ServerContext,
        next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var response: Response
        do {
            try gatekeeper.check(request)
            if gatekeeper.isPreflight(request) {
                response = Response(status: .noContent)
            } else {
                response = try await next(request, context)
            }
        } catch {
            let refusal = Refusals.refusal(error)
            if refusal.status.kind == .serverError {
                context.logger.error("failed", metadata: ["error": "\(error)"])
            }
            response = try refusal.response()
        }
        for field in gatekeeper.headers(for: request) { response.headers.append(field) }
        response.headers[values: .xContentTypeOptions] = ["nosniff"]
        let duration = start.duration(to: .now).components
        let seconds = Double(duration.seconds) + Double(duration.attoseconds) / 1e18
        let path = context.endpointPath ?? "unknown"
        // A client may call a method anything.
        let method = RouteMethods.all.contains(request.method) ? request.method.rawValue : "other"
        metrics.request(
            method: method, path: path, status: response.status.code,
            seconds: seconds)
        context.logger.info(
            "request",
            metadata: [
                "method": "\(method)", "route": "\(path)",
                "status": "\(response.status.code)",
                "milliseconds": "\(Int(seconds * 1_000))",
            ])
        return response
    }
}
