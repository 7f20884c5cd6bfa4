import Credentials
import Foundation
import LinuxIO
import StrictJSON

/// What holds of every input.
///
/// As a message of the host or an answer of the process: what is written is read back, and printing it shows no secret. As
/// a server's XML or time: it is refused, or read in bounded time. As what a server said: no secret is left in it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    if let message = SourceMessage(input) {
        let written = message.encoded()
        precondition(SourceMessage(written)?.encoded() == written, "not read back as the same message")
        if case .ask(_, let source, _, _) = message { requireSilent(message, source.secrets) }
    }
    if let answer = SourceAnswer(input) {
        let written = answer.encoded()
        precondition(SourceAnswer(written)?.encoded() == written, "not read back as the same answer")
        if case .minted(let credential) = answer.result { requireSilent(answer, credential.fields) }
    }
    if let tree = PlainXML(input) {
        precondition(!tree.name.isEmpty && elements(of: tree) <= 2000, "beyond its limits")
    }
    if let text = String(validating: input, as: UTF8.self) {
        if let time = Timestamp(rfc3339: text) {
            precondition(Timestamp(rfc3339: time.description) == time, "not read back as the same time")
        }
        scrub(text)
    }
    return 0
}

private func requireSilent(_ value: some Any, _ secrets: [String: Secret]) {
    var dumped = ""
    dump(value, to: &dumped)
    let shown = "\(value)" + dumped
    for secret in secrets.values {
        let text = secret.withBytes { String(decoding: $0, as: UTF8.self) }
        // Shorter ones, and those that the words around them hold, are there by chance.
        guard text.utf8.count >= 12, shown.contains(text) else { continue }
        precondition(secrets.keys.contains { $0.contains(text) } || !text.contains("-of-tests"), "a secret was printed")
    }
}

private func elements(of tree: PlainXML) -> Int { tree.children.reduce(1) { $0 + elements(of: $1) } }

private func scrub(_ text: String) {
    // What is replaced by other characters as it is shown, or is a part of what stands in its place, is no test.
    let secret = String(text.prefix(8))
    guard secret.utf8.count == 8, secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }),
        !secret.contains(where: { "(secret)".contains($0) })
    else { return }
    let scrubbed = Scrubbing([Secret(secret)])(text)
    precondition(!scrubbed.contains(secret), "a secret was left")
}
