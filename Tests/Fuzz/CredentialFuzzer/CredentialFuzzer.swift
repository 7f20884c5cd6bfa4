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
    if case .start(_, let parameters)? = StartupPacket(input) { requireOne(parameters) }
    if let message = PostgresSocketMessage(input) {
        let written = message.encoded()
        precondition(PostgresSocketMessage(written)?.encoded() == written, "not read back as the same message")
        requireSilent(message, ["password": message.password])
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

/// Who is let in to a PostgreSQL socket is its role in its database, and a value of a setting stays one.
private func requireOne(_ parameters: [StartupPacket.Parameter]) {
    guard let settings = try? SessionSettings(parameters, role: "role", database: "orders") else { return }
    func value(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
    precondition(value("user") == "role" && value("database") == "orders" && value("replication") == nil)
    guard value("options") == nil else { return }
    // As the server parts switches (pg_split_opts).
    var words: [String] = []
    var word: String?
    var isEscaped = false
    for scalar in settings.options.unicodeScalars {
        if !isEscaped, [" ", "\t", "\n", "\r", "\u{B}", "\u{C}"].contains(scalar) {
            if let ended = word { words.append(ended) }
            word = nil
        } else if !isEscaped, scalar == "\\" {
            isEscaped = true
            word = word ?? ""
        } else {
            word = word ?? ""
            word?.unicodeScalars.append(scalar)
            isEscaped = false
        }
    }
    if let ended = word { words.append(ended) }
    let wanted = parameters.filter { !["user", "database"].contains($0.name) && !$0.name.hasPrefix("_pq_.") }
    precondition(
        words.map { Array($0.utf8) } == wanted.flatMap { [Array("-c".utf8), Array("\($0.name)=\($0.value)".utf8)] },
        "a setting became another one")
}

private func elements(of tree: PlainXML) -> Int { tree.children.reduce(1) { $0 + elements(of: $1) } }

private func scrub(_ text: String) {
    // What is replaced by other characters as it is shown, or is a part of what stands in its place, is no test.
    let secret = String(text.prefix(8))
    guard secret.utf8.count == 8, secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }),
        !secret.contains(where: { "(secret)\\u{}…0123456789ABCDEF".contains($0) })
    else { return }
    let scrubbed = Scrubbing([Secret(secret)])(text)
    precondition(!scrubbed.contains(secret), "a secret was left")
}
