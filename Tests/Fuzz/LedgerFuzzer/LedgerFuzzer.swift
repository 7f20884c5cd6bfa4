import Foundation

@testable import Ledger

/// What holds of every input: the parser comes back; what it takes is written as it was read, so that there is one way to
/// write it; and what verifies is what was signed, byte for byte. A violation stops, and libFuzzer keeps the input.
///
/// The first byte says which parser gets the rest.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let kind = input.first else { return 0 }
    let bytes = Array(input.dropFirst())
    switch kind % 8 {
    case 0: note(bytes)
    case 1: inclusion(bytes)
    case 2: consistency(bytes)
    case 3: keys(String(decoding: bytes, as: UTF8.self))
    case 4: bundle(bytes)
    case 5: frames(bytes)
    case 6: _ = HTTPAnswer(bytes)
    default: base64(String(decoding: bytes, as: UTF8.self))
    }
    return 0
}

/// Signed things to start from, with one key for all runs.
enum Signed {
    static let key = SigningKey(
        stored: "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")
    static let entries = (0..<7).map { Array("{\"kind\":\"test\",\"number\":\($0)}".utf8) }

    static var tree: CompactRange {
        var tree = CompactRange()
        for entry in entries { tree.append(TreeHash(leaf: entry)) }
        return tree
    }

    static let checkpoint: SignedCheckpoint? = {
        guard let key else { return nil }
        return try? SignedCheckpoint(
            Checkpoint(origin: key.verifier.name, size: tree.size, root: tree.root), signedBy: key)
    }()

    static let prover = TreeProver(size: 7) { (height, number) throws(LedgerError) in
        var part = CompactRange()
        for entry in entries[Int(number) << height..<(Int(number) + 1) << height] { part.append(TreeHash(leaf: entry)) }
        return part.root
    }

    static let inclusion: InclusionProof? = (try? prover.inclusion(of: 3, in: 7)).flatMap { hashes in
        checkpoint.map { InclusionProof(index: 3, entry: entries[3], hashes: hashes, checkpoint: $0.encoded) }
    }

    static let consistency: ConsistencyProof? = (try? prover.consistency(from: 5, to: 7)).flatMap { hashes in
        guard let checkpoint, let root = try? prover.root(of: 5) else { return nil }
        return ConsistencyProof(first: 5, firstRoot: root, hashes: hashes, checkpoint: checkpoint.encoded)
    }

    static var trusted: [VerifierKey] { key.map { [$0.verifier] } ?? [] }
}

/// Writes the seeds.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutablePointer<CInt>, _ words: UnsafeMutableRawPointer) -> CInt {
    guard let folder = ProcessInfo.processInfo.environment["FUZZ_SEEDS"] else { return 0 }
    let seeds: [(UInt8, String)] = [
        (0, Signed.checkpoint?.encoded ?? ""), (1, Signed.inclusion?.encoded ?? ""),
        (2, Signed.consistency?.encoded ?? ""), (3, Signed.trusted.first?.description ?? ""),
        (3, Signed.key?.stored ?? ""), (3, "agentbox.dev/ledger/h/0123456789abcdef0123456789abcdef/1"),
        (4, "\0\u{3}abc\0\0"), (6, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
        (6, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"), (7, "Zm9vYg=="),
    ]
    for (number, (kind, text)) in seeds.enumerated() {
        try? Data([kind] + Array(text.utf8)).write(to: URL(fileURLWithPath: "\(folder)/seed-\(number)"))
    }
    let frame = Frame.encode(Array("{\"a\":1}".utf8))
    let record = DataRecord(index: 3, payload: Array("{}".utf8)).encoded
    try? Data([5] + frame + record).write(to: URL(fileURLWithPath: "\(folder)/seed-frame"))
    return 0
}

private func note(_ bytes: [UInt8]) {
    if let note = try? SignedNote(bytes) {
        precondition(Array(note.encoded.utf8) == bytes, "a note that could be written otherwise")
        _ = try? Checkpoint(text: note.text)
    }
    if let signed = try? SignedCheckpoint(bytes, keys: Signed.trusted) {
        precondition(signed.checkpoint == Signed.checkpoint?.checkpoint, "a checkpoint that nobody signed")
    }
}

private func inclusion(_ bytes: [UInt8]) {
    guard let proof = try? InclusionProof(bytes) else { return }
    precondition(Array(proof.encoded.utf8) == bytes, "a proof that could be written otherwise")
    if (try? proof.verify(trusted: Signed.trusted)) != nil {
        precondition(
            proof.index < 7 && proof.entry == Signed.entries[Int(proof.index)], "an entry that is not in the log")
    }
}

private func consistency(_ bytes: [UInt8]) {
    guard let proof = try? ConsistencyProof(bytes) else { return }
    precondition(Array(proof.encoded.utf8) == bytes, "a proof that could be written otherwise")
    if (try? proof.verify(trusted: Signed.trusted)) != nil {
        precondition(
            proof.first <= 7 && (try? Signed.prover.root(of: proof.first)) == proof.firstRoot,
            "another log than the one that was signed")
    }
}

private func keys(_ text: String) {
    if let key = try? VerifierKey(text) { precondition(key.description.utf8.elementsEqual(text.utf8)) }
    if let key = SigningKey(stored: text) { precondition(key.stored.utf8.elementsEqual(text.utf8)) }
    if let name = KeyName(text) { precondition(name.description.utf8.elementsEqual(text.utf8)) }
}

private func bundle(_ bytes: [UInt8]) {
    for count in 0..<4 {
        guard let entries = EntryBundle.entries(bytes, count: count) else { continue }
        var again: [UInt8] = []
        for entry in entries { EntryBundle.append(entry, to: &again) }
        precondition(again == bytes, "a bundle that could be written otherwise")
    }
}

private func frames(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { buffer in
        if let place = Frame.first(in: buffer, from: 0) { precondition(place < bytes.count) }
        for offset in 0..<min(bytes.count, 64) {
            if let record = DataRecord(buffer, at: offset) {
                precondition(record.encoded == Array(bytes[offset..<offset + DataRecord.headerSize]))
            }
        }
        _ = EntryHeadline(canonical: buffer)
    }
    _ = try? LogHeader(Array(bytes.prefix(LogHeader.size)))
}

private func base64(_ text: String) {
    if let bytes = Base64.decode(text) {
        precondition(Base64.encode(bytes).utf8.elementsEqual(text.utf8), "base 64 that could be written otherwise")
    }
}
