/// Versions as semver.org has them.
enum Version {
    static func isValid(_ text: String) -> Bool {
        let bytes = text.utf8
        let core = bytes.prefix { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") }
        let numbers = core.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard numbers.count == 3, numbers.allSatisfy({ Digits.value($0, maximum: 9) != nil }) else { return false }
        let rest = bytes.dropFirst(core.count)
        let build = rest.drop { $0 != UInt8(ascii: "+") }
        let prerelease = rest.dropLast(build.count)
        return [prerelease, build].allSatisfy { part in
            part.isEmpty || (part.count > 1 && part.dropFirst().allSatisfy(isIdentifier))
        }
    }

    private static func isIdentifier(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
