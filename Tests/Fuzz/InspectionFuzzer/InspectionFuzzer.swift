import Egress
import HTTPRules

/// What holds of every input.
///
/// As a path or a pattern: its canonical form has itself for one, and holds nothing that two servers read in two ways. As a
/// stream: what a scrubber makes of it does not depend on the pieces that it comes in, and no secret is left in it. As a
/// message of the host or the inspector: it is refused, or what it says is read back.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    paths(input)
    stream(input)
    if let answer = InspectionAnswer(input) {
        precondition(InspectionAnswer(answer.encoded()) == answer, "not read back as the same answer")
    }
    if let request = InspectionRequest(input) {
        let again = InspectionRequest(request.encoded())
        precondition(again?.encoded() == request.encoded(), "not read back as the same request")
    }
    return 0
}

private func paths(_ input: [UInt8]) {
    if let path = try? CanonicalPath(target: input) {
        let form = path.description
        precondition((try? CanonicalPath(target: form.utf8)) == path, "its canonical form is another path's")
        for part in form.utf8.dropFirst().split(separator: UInt8(ascii: "/")) {
            precondition(!part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8), "it has a segment of dots")
        }
        let lower = form.lowercased()
        for hidden in ["//", "%2f", "%5c", "%00", "\\", "*"] {
            precondition(!lower.contains(hidden), "it has \(hidden)")
        }
        if let pattern = try? PathPattern(form) { precondition(pattern.covers(path), "a path does not cover itself") }
    }
    guard let text = String(validating: input, as: UTF8.self) else { return }
    if let pattern = try? PathPattern(text) {
        precondition((try? PathPattern(pattern.description)) == pattern, "not read back as the same pattern")
    }
    // What a caller chose stands for its own text.
    if let pattern = try? PathPattern("/a/" + PathPattern.escaped(text) + "/b"),
        let other = try? CanonicalPath(target: "/a/x/b".utf8)
    {
        precondition(!pattern.covers(other) || text == "x", "an argument covers another path")
    }
}

private func stream(_ input: [UInt8]) {
    // The first bytes say how it is cut; some of the rest is the secret, too.
    guard input.count > 24 else { return }
    let cuts = input.prefix(4).map(Int.init)
    let secret = input[4..<16].map { 0x21 + $0 % 0x5E }
    let text = Array(input[16...]) + secret + input.suffix(5)
    let patterns = ScrubPatterns([secret])
    var whole = Scrubber(patterns)
    let expected = whole.feed(text) + whole.finish()
    precondition(expected.count == text.count, "another length")
    precondition(
        !expected.indices.contains { expected[$0...].starts(with: secret) } || secret.allSatisfy { $0 == 0x2A })
    var pieces = Scrubber(patterns)
    var result: [UInt8] = []
    var place = 0
    for cut in cuts where place < text.count {
        let end = min(text.count, place + cut)
        result += pieces.feed(text[place..<end])
        place = end
    }
    result += pieces.feed(text[place...]) + pieces.finish()
    precondition(result == expected && pieces.counts == whole.counts, "pieces make another text")

    var scan = PlaceholderScan.Stream()
    let isWhole = !PlaceholderScan.find(in: text).isEmpty
    let isFound = scan.feed(text.prefix(cuts[0])) != nil || scan.feed(text.dropFirst(cuts[0])) != nil
    precondition(isWhole == isFound, "a placeholder is seen in one piece only, or in two")
}
