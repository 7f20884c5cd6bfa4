/// A tool's name, checked: letters, digits, `_` and `-` in parts that `.`, `/` or `:` join, at most 128 characters, as
/// MCP has them: `fs.read`, `send_email`, `Files.Read`, `google/drive`. ASCII only, so that no look-alike of `fs.read`
/// can be registered; no part is empty, so that none is `..`.
package struct ToolName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: String

    /// Longest name, in characters; MCP's own limit.
    package static let maximumLength = 128

    /// Nil if the text is not a tool name.
    package init?(_ text: String) {
        guard Name.isJoined(text) else { return nil }
        rawValue = text
    }

    /// Nil if the text is not a name for a tool of ours, which is narrower: `[a-z][a-z0-9_-]*` in parts that dots join,
    /// at most 64 characters.
    package init?(manifest text: String) {
        guard Name.isDotted(text) else { return nil }
        rawValue = text
    }

    package var description: String { rawValue }
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// A sandbox profile's name, checked as a tool's.
package struct ProfileName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: String

    /// Nil if the text is not a profile name.
    package init?(_ text: String) {
        guard Name.isDotted(text) else { return nil }
        rawValue = text
    }

    package var description: String { rawValue }
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// A rule's tool pattern: a tool name in which `*` stands for any run of characters.
package struct ToolPattern: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// Nil if the text holds anything but characters of tool names and `*`, or is longer than a tool's name can be.
    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= ToolName.maximumLength,
            text.utf8.allSatisfy({
                Name.isForeignByte($0) || Name.isJoint($0) || $0 == UInt8(ascii: "*")
            })
        else { return nil }
        self.text = text
    }

    /// The pattern that names exactly this tool.
    package init(exactly name: ToolName) { text = name.rawValue }

    package var description: String { text }
    /// True if the pattern names exactly one tool.
    package var isExact: Bool { !text.utf8.contains(UInt8(ascii: "*")) }

    /// True if the pattern covers `name`. Linear in the product of the lengths, which are both at most 128.
    package func matches(_ name: ToolName) -> Bool {
        let pattern = Array(text.utf8)
        let subject = Array(name.rawValue.utf8)
        var p = 0
        var s = 0
        var star: (pattern: Int, subject: Int)?
        while s < subject.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                star = (p, s)
                p += 1
            } else if p < pattern.count, pattern[p] == subject[s] {
                p += 1
                s += 1
            } else if let resume = star {
                star = (resume.pattern, resume.subject + 1)
                p = resume.pattern + 1
                s = resume.subject + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}

enum Name {
    static func isNameByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    /// A character of a tool's name that is not ours.
    static func isForeignByte(_ byte: UInt8) -> Bool {
        isNameByte(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    static func isJoint(_ byte: UInt8) -> Bool { ".:/".utf8.contains(byte) }

    static func isJoined(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= ToolName.maximumLength, text.utf8.first != UInt8(ascii: "-") else {
            return false
        }
        return text.utf8.split(omittingEmptySubsequences: false, whereSeparator: isJoint).allSatisfy { part in
            !part.isEmpty && part.allSatisfy(isForeignByte)
        }
    }

    static func isDotted(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 64 else { return false }
        return text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { part in
            guard let first = part.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
            return part.allSatisfy(isNameByte)
        }
    }
}
