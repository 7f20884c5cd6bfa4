/// The address of a page: segments and a query, each percent-encoded but for unreserved characters (RFC 3986, 2.3). It
/// begins with one slash and never leaves the console.
struct PagePath: Hashable, Sendable {
    let text: String

    /// - Parameters:
    ///   - first: A word of this source; the empty one is the first page.
    ///   - rest: Names of runs, tools and so on, which may be anything.
    init(_ first: StaticString = "", _ rest: String..., query: [(StaticString, String)] = [], fragment: String? = nil) {
        var text = "/" + ([first.description] + rest.map(Self.encoded)).joined(separator: "/")
        let pairs = query.map { "\($0.0)=\(Self.encoded($0.1))" }
        if !pairs.isEmpty { text += "?" + pairs.joined(separator: "&") }
        if let fragment { text += "#" + Self.encoded(fragment) }
        self.text = text
    }

    private static func encoded(_ segment: String) -> String {
        // A browser takes `.` and `..` for steps, percent-encoded or not: neither is a name here.
        if segment == "." || segment == ".." { return "-" }
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        var result = ""
        for byte in segment.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%"
                result.unicodeScalars.append(digits[Int(byte >> 4)])
                result.unicodeScalars.append(digits[Int(byte & 15)])
            }
        }
        return result
    }
}

extension PagePath {
    /// An empty picture.
    static let noIcon = PagePath(verbatim: "data:,")

    private init(verbatim text: StaticString) { self.text = text.description }
}
