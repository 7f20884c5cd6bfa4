import Manifests
import StrictJSON

/// The constraint on one argument that several calls had, and what is worth saying about it.
package struct ArgumentProposal {
    /// Nil where the values show nothing that could be said of them.
    package let constraint: JSON?
    /// Why it is wider than the values, for a comment; nil if it is not.
    let remark: String?

    /// So many values are listed; of more only what they have in common is said.
    static let listed = 8
    /// A value that is longer, in bytes as it would be written, is not repeated in an intent that people read.
    static let longest = 160

    private init(_ constraint: JSON?, _ remark: String? = nil) {
        self.constraint = constraint
        self.remark = remark
    }

    /// From the values of the calls, each as often as it was there.
    package static func of(_ values: [JSON], kind: ArgumentKind) -> ArgumentProposal {
        var seen: Set<JSON> = []
        let distinct = values.filter { seen.insert($0).inserted }
        switch kind {
        case .file:
            if let proposal = files(distinct.compactMap(\.stringValue), wrap: { ["under": $0] }) { return proposal }
        case .files:
            let texts = distinct.flatMap { ($0.arrayValue ?? []).compactMap(\.stringValue) }
            if let proposal = files(texts, wrap: { ["each": ["under": $0]] }) { return proposal }
        case .value: break
        }
        return Self.values(distinct)
    }

    // MARK: Paths

    private static func files(_ texts: [String], wrap: (JSON) -> JSON) -> ArgumentProposal? {
        // `.` would mean everything.
        guard let scope = FilePaths.scope(texts), !scope.paths.isEmpty, !scope.paths.contains(".") else { return nil }
        let remark = scope.folders.map { folder in
            "\(FilePaths.count(of: texts, beneath: folder)) files in `\(folder)`, so the folder"
        }
        return ArgumentProposal(
            wrap(.array(scope.paths.map(JSON.string))), remark.isEmpty ? nil : remark.joined(separator: "; "))
    }

    // MARK: Values

    private static func values(_ distinct: [JSON]) -> ArgumentProposal {
        let isShort = distinct.allSatisfy { YAMLText.flow($0).utf8.count <= longest }
        if distinct.count == 1, isShort { return ArgumentProposal(["equals": distinct[0]]) }
        let numbers = distinct.compactMap(\.numberValue)
        if numbers.count == distinct.count, let range = range(of: distinct) {
            return ArgumentProposal(range, "\(distinct.count) numbers, so their range")
        }
        if distinct.count <= listed, isShort { return ArgumentProposal(["oneOf": .array(distinct)]) }
        if let hosts = hosts(distinct) {
            return ArgumentProposal(["host": .array(hosts.map(JSON.string))], "\(distinct.count) URLs, so their hosts")
        }
        if let elements = elements(distinct) { return elements }
        return length(distinct)
    }

    /// The least and the greatest, as they were written.
    private static func range(of numbers: [JSON]) -> JSON? {
        let sorted = numbers.sorted { ($0.numberValue ?? 0) < ($1.numberValue ?? 0) }
        guard let least = sorted.first, let greatest = sorted.last else { return nil }
        return ["min": least, "max": greatest]
    }

    private static func hosts(_ values: [JSON]) -> [String]? {
        var hosts: Set<String> = []
        for value in values {
            guard let text = value.stringValue, let host = URLHost.of(text) else { return nil }
            hosts.insert(host)
        }
        return hosts.count <= listed ? hosts.sorted() : nil
    }

    /// Lists of which all elements are among a few.
    private static func elements(_ values: [JSON]) -> ArgumentProposal? {
        var elements: Set<JSON> = []
        for value in values {
            guard let list = value.arrayValue else { return nil }
            elements.formUnion(list)
            guard elements.count <= listed else { return nil }
        }
        let sorted = elements.sorted { $0.encodedString() < $1.encodedString() }
        guard !sorted.isEmpty, sorted.allSatisfy({ YAMLText.flow($0).utf8.count <= longest }) else { return nil }
        return ArgumentProposal(["each": ["oneOf": .array(sorted)]], "\(values.count) lists, so their elements")
    }

    private static func length(_ values: [JSON]) -> ArgumentProposal {
        let lengths = values.compactMap(\.length)
        guard lengths.count == values.count, let longest = lengths.max() else {
            return ArgumentProposal(["absent": false], "\(values.count) values that are not alike: any")
        }
        let what = values.count == 1 ? "a long value" : "\(values.count) values"
        return ArgumentProposal(["length": ["max": .integer(Int64(longest))]], "\(what), so the length only")
    }
}

extension JSON {
    /// As the constraint `length` counts; nil for what has none.
    fileprivate var length: Int? {
        switch self {
        case .string(let text): text.unicodeScalars.count
        case .array(let elements): elements.count
        case .object(let members): members.count
        default: nil
        }
    }
}

extension FilePaths {
    fileprivate static func count(of texts: [String], beneath folder: String) -> Int {
        Set(texts).count { $0.utf8.starts(with: (folder + "/").utf8) }
    }
}
