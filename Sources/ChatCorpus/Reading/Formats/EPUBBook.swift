import ChatCore
import Foundation

/// The chapters of an EPUB, in the order in which they are read (its spine).
enum EPUBBook {
    /// - Parameter read: the text of a file in the archive.
    /// - Returns: names of the chapters in the archive.
    /// - Throws: `CorpusError.form` for one without a spine.
    static func chapters(path: String, read: (String) throws -> String?) throws -> [String] {
        func fail(_ problem: String) -> CorpusError { .form(file: path, problem: problem) }
        guard let container = try read("META-INF/container.xml"),
            let package = tags("rootfile", in: container).compactMap({ $0.value("full-path") })
                .first,
            let content = try read(package)
        else { throw fail("is no EPUB: it has no list of contents") }
        let folder = package.split(separator: "/").dropLast().joined(separator: "/")
        var files: [String: String] = [:]
        for item in tags("item", in: content) {
            if let id = item.value("id"), let file = item.value("href"),
                item.value("properties")?.contains("nav") != true
            {
                let name = file.removingPercentEncoding ?? file
                files[id] = folder.isEmpty ? name : "\(folder)/\(name)"
            }
        }
        let spine = tags("itemref", in: content).compactMap { $0.value("idref") }
            .compactMap { files[$0] }
        guard !spine.isEmpty else { throw fail("is an EPUB without chapters") }
        return spine
    }

    private static func tags(_ name: String, in text: String) -> [MarkupText.Tag] {
        let bytes = Array(text.utf8)
        var found: [MarkupText.Tag] = []
        var place = 0
        while let open = bytes[place...].firstIndex(of: UInt8(ascii: "<")) {
            let tag = MarkupText.Tag(bytes, at: open)
            // A prefix says where a name is from: opf:item.
            if let full = tag.name, !tag.closes,
                full.split(separator: ":").last.map(String.init) == name
            {
                found.append(tag)
            }
            place = max(tag.end, open + 1)
        }
        return found
    }
}
