import Hummingbird

/// The body of a streamed reply: whatever goes wrong on the way is told in the stream, and a client that is
/// gone frees the worker at once.
enum StreamedBody {
    /// How a stream tells an error.
    enum ErrorForm: Sendable {
        /// OpenAI's error object, as in chat completions.
        case object
        /// An event of the type `error`, as in responses.
        case event

        func bytes(_ error: RequestError) throws -> ByteBuffer {
            switch self {
            case .object: try ServerSentEvent.bytes(ErrorObject(error))
            case .event: try ServerSentEvent.bytes(ResponseEvent(error), name: "error")
            }
        }
    }

    /// - Parameter write: writes the events, given how to write one.
    static func response(
        ticket: Ticket, headers: HTTPFields = [:], errors: ErrorForm,
        _ write:
            @escaping @Sendable (_ send: (ByteBuffer) async throws -> Void) async throws -> Void
    ) -> Response {
        let body = ResponseBody { writer in
            do {
                var sink = writer
                do {
                    try await write { bytes in
                        do { try await sink.write(bytes) } catch { throw Unsent(cause: error) }
                    }
                } catch let error as Unsent {
                    throw error.cause
                } catch {
                    try await sink.write(errors.bytes(Refusals.refusal(error)))
                }
                try await sink.finish(nil)
            } catch {
                ticket.cancel()
                throw error
            }
        }
        return Response(status: .ok, headers: ServerSentEvent.headers + headers, body: body)
    }

    /// An event could not be written: the client is gone.
    private struct Unsent: Error { let cause: any Error }
}

extension HTTPFields {
    static func + (a: HTTPFields, b: HTTPFields) -> HTTPFields {
        var all = a
        for field in b { all.append(field) }
        return all
    }
}
