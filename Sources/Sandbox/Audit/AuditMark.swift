/// A text that agentbox has the kernel log, to know once it comes back that everything before it came too. Nobody else can
/// guess it.
enum AuditMark {
    private static let head = "op=agentbox-mark id="
    private static let digits = 32

    static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        let halves = (0..<2).map { _ in String(UInt64.random(in: .min ... .max, using: &generator), radix: 16) }
        return halves.map { String(repeating: "0", count: digits / 2 - $0.count) + $0 }.joined()
    }

    /// What is logged.
    static func text(_ mark: String) -> String { head + mark + " res=success" }

    /// The mark in a record; nil if it is somebody else's record.
    static func found(in rest: ArraySlice<UInt8>) -> String? {
        let head = Array("msg='\(head)".utf8)
        var text = rest
        while let start = text.firstIndex(of: head[0]) {
            text = text[start...]
            if text.starts(with: head) {
                let mark = text.dropFirst(head.count).prefix(digits)
                let isMark = mark.count == digits && mark.allSatisfy { $0 < 0x80 && Character(.init($0)).isHexDigit }
                return isMark ? String(decoding: mark, as: UTF8.self) : nil
            }
            text = text.dropFirst()
        }
        return nil
    }
}
