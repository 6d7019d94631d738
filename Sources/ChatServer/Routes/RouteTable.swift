import Hummingbird

/// One thing that the server can be asked.
struct Route: Sendable {
    typealias Handler = @Sendable (Request, ServerContext) async throws -> Response

    let method: HTTPRequest.Method
    /// A part in braces stands for an id.
    let path: String
    let handler: Handler

    init(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler) {
        self.method = method
        self.path = path
        self.handler = handler
    }
}

/// Everything that the server can be asked; the OpenAPI document is checked against it.
enum RouteTable {
    static func all(_ parts: ServerParts, page: Page) -> [Route] {
        PageRoutes(parts: parts, page: page).routes + ModelRoutes(parts: parts).routes
            + ChatRoutes(parts: parts).routes + CompletionRoutes(parts: parts).routes
            + ResponseRoutes(parts: parts).routes + ConversationRoutes(parts: parts).routes
            + SessionRoutes(parts: parts).routes + SurgeryRoutes(parts: parts).routes
    }

    /// The router: what is not in the table is answered with an error that says so.
    static func router(
        _ routes: [Route], _ requestGuard: RequestGuard
    ) -> Router<ServerContext> {
        let router = Router(context: ServerContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: requestGuard)
        for (path, routes) in Dictionary(grouping: routes, by: \.path) {
            let methods = Set(routes.map(\.method))
            for route in routes {
                router.on(RouterPath(path), method: route.method, use: route.handler)
            }
            let allowed = methods.map(\.rawValue).sorted().joined(separator: ", ")
            for method in RouteMethods.all
            where !methods.contains(method) && !(method == .head && methods.contains(.get)) {
                router.on(RouterPath(path), method: method) { _, _ -> Response in
                    var response = try RequestError.wrongMethod.response()
                    response.headers[.allow] = allowed
                    return response
                }
            }
        }
        return router
    }
}
