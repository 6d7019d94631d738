import Foundation

/// The clipboard of the terminal, which xterm and most others fill at OSC 52, "manipulate selection data":
/// `ESC ] 52 ; c ; text in base64 BEL`. There is no answer, so nobody knows whether one did.
package enum Clipboard {
    /// Most bytes of text: xterm takes sequences of 100,000.
    package static let byteCount = 65_536

    /// What fills it.
    package static func sequence(_ text: String) -> String {
        "\u{1B}]52;c;\(Data(text.utf8).base64EncodedString())\u{7}"
    }
}
