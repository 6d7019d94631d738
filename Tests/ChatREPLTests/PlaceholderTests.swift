import Testing
import ChatREPL
@Test func placeholder() {}
