import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// One request over a connection of its own, and what has come of it so far: put here by an event loop, taken
/// by the thread that waits, which looks up now and then to see whether it is still to wait.
final class HTTPExchange: @unchecked Sendable {
    /// What comes of a request, in this order.
    enum Part: Sendable {
        case head(status: Int)
        case body([UInt8])
        case end
        case failed(any Error)
    }

    private let condition = NSCondition()
    private var parts: [Part] = []
    private var channel: (any Channel)?
    private var isClosed = false

    /// Sends a request; returns at once.
    init(_ address: ServerAddress, _ head: HTTPRequestHead, _ body: Data?) {
        ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers(
                        position: .first, leftOverBytesStrategy: .fireError)
                    try channel.pipeline.syncOperations.addHandler(
                        HTTPExchangeHandler(self, head, body))
                }
            }
            .connect(host: address.host, port: address.port)
            .whenComplete { result in
                switch result {
                case .success(let channel): self.hold(channel)
                case .failure(let error): self.put(.failed(error))
                }
            }
    }

    /// The next part; nil where none comes in that time.
    func next(within seconds: Double) -> Part? {
        condition.lock()
        defer { condition.unlock() }
        let end = Date(timeIntervalSinceNow: seconds)
        while parts.isEmpty {
            guard condition.wait(until: end) else { break }
        }
        return parts.isEmpty ? nil : parts.removeFirst()
    }

    /// Lets go of the connection; the server sees that nobody listens.
    func close() {
        let channel = condition.withLock { () -> (any Channel)? in
            isClosed = true
            return self.channel
        }
        channel?.close(promise: nil)
    }

    fileprivate func put(_ part: Part) {
        condition.withLock {
            parts.append(part)
            condition.signal()
        }
    }

    private func hold(_ channel: any Channel) {
        let isTooLate = condition.withLock { () -> Bool in
            self.channel = channel
            return isClosed
        }
        if isTooLate { channel.close(promise: nil) }
    }
}

/// The end of a connection where requests are written and answers come in.
private final class HTTPExchangeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let exchange: HTTPExchange
    private let head: HTTPRequestHead
    private let body: Data?

    init(_ exchange: HTTPExchange, _ head: HTTPRequestHead, _ body: Data?) {
        self.exchange = exchange
        self.head = head
        self.body = body
    }

    func channelActive(context: ChannelHandlerContext) {
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        if let body {
            let buffer = ByteBuffer(bytes: body)
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
        }
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head): exchange.put(.head(status: Int(head.status.code)))
        case .body(let buffer): exchange.put(.body(Array(buffer.readableBytesView)))
        case .end:
            exchange.put(.end)
            context.close(promise: nil)
        }
    }

    /// Means nothing where the end was there already.
    func channelInactive(context: ChannelHandlerContext) {
        exchange.put(.failed(ChannelError.eof))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        exchange.put(.failed(error))
        context.close(promise: nil)
    }
}

extension HTTPExchange {
    /// What went wrong, in the system's words where it has some.
    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return reason(first.error) }
            return error.dnsAError == nil && error.dnsAAAAError == nil
                ? "no connection" : "there is no such host"
        case let error as IOError: return String(cString: strerror(error.errnoCode))
        case ChannelError.connectTimeout(_): return "it does not answer"
        default: return "the connection was lost"
        }
    }
}
