import COneDNN
import Crypto
import GRDB
public let chatCoreVersion = "0.1.0"
