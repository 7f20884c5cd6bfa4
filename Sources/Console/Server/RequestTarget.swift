import Foundation

/// What a request asks for: the segments of its path and the fields of its query, decoded. Nothing of it is ever a name
/// of a file.
struct RequestTarget: Sendable, Hashable {
    let segments: [String]
    let query: FormFields

    /// Nil if it is not in origin form, or anything in it is not well encoded.
    init?(_ text: String) {
        guard text.hasPrefix("/"), !text.hasPrefix("//"), !text.contains("#"), !text.contains("\\") else { return nil }
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var segments: [String] = []
        if parts[0] != "/" {
            for part in parts[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
                guard let segment = String(part).removingPercentEncoding, !segment.isEmpty, segment != ".",
                    segment != "..", !segment.unicodeScalars.contains("\0")
                else { return nil }
                segments.append(segment)
            }
        }
        guard let query = FormFields(parts.count > 1 ? String(parts[1]) : "") else { return nil }
        self.segments = segments
        self.query = query
    }
}

/// The fields of a form or a query (`application/x-www-form-urlencoded`, URL Standard 5.1), each once.
struct FormFields: Sendable, Hashable {
    private let fields: [String: String]
    static let most = 64

    /// Nil if a field occurs twice, is not well encoded, or there are too many.
    init?(_ text: String) {
        var fields: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]), let value = Self.decoded(parts.count > 1 ? parts[1] : ""),
                fields.updateValue(value, forKey: name) == nil, fields.count <= Self.most
            else { return nil }
        }
        self.fields = fields
    }

    /// The value of a field; nil if it is missing or empty.
    subscript(name: String) -> String? { fields[name].flatMap { $0.isEmpty ? nil : $0 } }

    private static func decoded(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }
}
