/// The lines around a signature in a text file: `-----BEGIN SSH SIGNATURE-----`, base64, `-----END SSH SIGNATURE-----`.
enum SSHArmour {
    static let begin = "-----BEGIN SSH SIGNATURE-----"
    static let end = "-----END SSH SIGNATURE-----"
    /// Twice as long as needed for what is read at most.
    static let longest = SSHSIG.longest * 2
    private static let longestLine = 76

    /// Nothing stands before or after the lines, lines of base64 are alike in length but for the last, and end with a
    /// line feed, or all with a carriage return before it.
    static func bytes(_ text: [UInt8]) throws(ApprovalRefusal) -> [UInt8] {
        guard text.count <= longest else {
            throw ApprovalRefusal(.malformed, "the signature is \(text.count) bytes long")
        }
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
        // The line feed at the end may be missing: texts are copied.
        if lines.last == [] { lines.removeLast() }
        let carriageReturn = UInt8(ascii: "\r")
        if lines.dropLast().allSatisfy({ $0.last == carriageReturn }) {
            lines = lines.map { $0.last == carriageReturn ? $0.dropLast() : $0 }
        }
        guard lines.count >= 3, lines.first == Array(begin.utf8), lines.last == Array(end.utf8) else {
            throw ApprovalRefusal(
                .malformed, "the signature does not stand between `\(begin)` and `\(end)`",
                remedy: "give the file that `ssh-keygen -Y sign` wrote, whole")
        }
        let body = lines.dropFirst().dropLast()
        let width = body.first?.count ?? 0
        guard width <= longestLine, body.dropLast().allSatisfy({ $0.count == width }), let last = body.last,
            !last.isEmpty, last.count <= width, let bytes = Base64.bytes(body.flatMap(\.self))
        else { throw ApprovalRefusal(.malformed, "what stands in the signature's lines is not base64") }
        return bytes
    }

    static func text(_ bytes: [UInt8]) -> String {
        let base64 = Array(Base64.text(bytes).utf8)
        let lines = stride(from: 0, to: base64.count, by: 70).map {
            String(decoding: base64[$0..<min($0 + 70, base64.count)], as: UTF8.self)
        }
        return ([begin] + lines + [end]).joined(separator: "\n") + "\n"
    }
}
