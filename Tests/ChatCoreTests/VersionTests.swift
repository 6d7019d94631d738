import Testing
import ChatCore
@Test func version() { #expect(!chatCoreVersion.isEmpty) }
