// Stands in for the text room until it lands; delete this file then.
extension Alphabet {
    public static let userMark: Symbol = 0
    public static let assistantMark: Symbol = 1
    public static let endMark: Symbol = 2
    public static let firstHalfByte: Symbol = 3
    public var scalars: [Unicode.Scalar] { [] }
    public func encode(_ text: String) -> [Symbol] { [] }
    public func decode(_ symbols: some Sequence<Symbol>) -> String { "" }
    public func makeDecoder() -> TextDecoder { TextDecoder() }
    public init(scalars: some Sequence<Unicode.Scalar>) { self.init() }
}
public struct TextDecoder: Sendable {
    public mutating func push(_ symbol: Symbol) -> String { "" }
    public mutating func finish() -> String { "" }
}
