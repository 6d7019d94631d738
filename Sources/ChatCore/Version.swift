/// The version of the library and of the program: the one place that says it.
public let chatCoreVersion = "0.2.0"
