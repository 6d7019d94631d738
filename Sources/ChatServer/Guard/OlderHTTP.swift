import NIOCore
import NIOHTTP1

/// What Hummingbird leaves undone of HTTP/1: clients of HTTP/1.0 are answered in it, without chunks and with the
/// connection closed at the end, and those that wait for leave to send a body (`Expect: 100-continue`) are given
/// it.
final class OlderHTTP: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Of each request that is not answered yet, whether it is one of HTTP/1.0.
    private var areOld: [Bool] = []

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data) else {
            return context.fireChannelRead(data)
        }
        let isOld = head.version == .http1_0
        if isOld {
            // Whoever asks for this has the connection closed when all is written.
            head.headers.replaceOrAdd(name: "connection", value: "close")
        } else if areOld.isEmpty,
            head.headers.first(name: "expect")?.lowercased() == "100-continue"
        {
            // Never in the middle of another answer; a client that is not told sends its body after a while.
            let leave = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(leave)), promise: nil)
        }
        areOld.append(isOld)
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        var data = data
        switch unwrapOutboundIn(data) {
        case .head(var head) where areOld.first == true:
            head.version = .http1_0
            head.headers.replaceOrAdd(name: "connection", value: "close")
            data = wrapOutboundOut(.head(head))
        case .end where !areOld.isEmpty: areOld.removeFirst()
        default: break
        }
        context.write(data, promise: promise)
    }
}

/// Adds `OlderHTTP` where it sees requests as they were sent, right behind the decoder: Hummingbird adds handlers
/// of one's own behind its codec, whose requests have no version.
final class AddsOlderHTTP: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        do {
            let decoder = try pipeline.handler(
                type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(OlderHTTP(), position: .after(decoder))
        } catch {
            context.fireErrorCaught(error)
        }
    }
}
