import Glibc
import StrictJSON
import TestSupport
import Testing

@testable import Ledger

@Suite("The public vectors of Merkle proofs, good and bad, are judged right")
struct MerkleSuiteTests {
    /// Where the vectors are: public, and not in this repository.
    private static let folder: String? = {
        let suites = getenv("AGENTBOX_SUITES").map { String(cString: $0) }
        return [
            suites.map { $0 + "/merkle/testdata" }, InstalledAgentbox.checkout + "/../shared/suites/merkle/testdata",
        ]
        .compactMap { $0 }.first { access($0, F_OK) == 0 }
    }()

    @Test("all of them", arguments: ["inclusion", "consistency", "subtreeinclusion", "subtreeconsistency"])
    func vectors(kind: String) throws {
        guard let folder = Self.folder else {
            print("skipped: the suite `merkle` is not here; AGENTBOX_SUITES names the folder of the suites")
            return
        }
        let files = Self.files(in: folder + "/" + kind)
        #expect(files.count == ["inclusion": 98, "consistency": 98, "subtreeinclusion": 204][kind] ?? 118)
        for file in files {
            let vector = try JSON(parsing: Array((try #require(File.text(of: file))).utf8))
            #expect(Self.holds(vector, kind) == (vector["wantErr"] == false), "\(file)")
        }
    }

    private static func holds(_ vector: JSON, _ kind: String) -> Bool {
        func number(_ key: String) -> UInt64? { vector[key].flatMap { UInt64($0.encodedString()) } }
        let values = (vector["proof"]?.arrayValue ?? []).map(hash)
        let proof = values.compactMap { $0 }
        guard values.count == proof.count else { return false }
        func root(_ key: String) -> TreeHash? { vector[key].flatMap(hash) }
        if kind.hasSuffix("inclusion") {
            guard let leaf = root("leafHash"), let tree = root("root"), let index = number("leafIdx") else {
                return false
            }
            let start = number("start") ?? 0
            guard let end = number("end") ?? number("treeSize"), start <= end, index >= start,
                ProofVerification.isSubtree(start..<end)
            else { return false }
            return ProofVerification.includes(leaf, at: index - start, size: end - start, root: tree, proof: proof)
        }
        guard let first = root("root1"), let second = root("root2"), let size = number("size2") ?? number("size"),
            let end = number("size1") ?? number("end")
        else { return false }
        guard let start = number("start") else {
            return ProofVerification.isConsistent(
                first: end, firstRoot: first, second: size, secondRoot: second, proof: proof)
        }
        return start <= end
            && ProofVerification.contains(first: start..<end, firstRoot: first, size: size, root: second, proof: proof)
    }

    /// A few vectors have texts in the places of hashes, of any length but none.
    private static func hash(_ value: JSON) -> TreeHash? {
        guard let bytes = value.stringValue.flatMap({ Base64.decode($0) }), !bytes.isEmpty, bytes.count <= 32 else {
            return nil
        }
        return TreeHash(bytes + [UInt8](repeating: 0, count: 32 - bytes.count))
    }

    private static func files(in folder: String) -> [String] {
        guard let open = opendir(folder) else { return folder.hasSuffix(".json") ? [folder] : [] }
        defer { closedir(open) }
        var names: [String] = []
        while let entry = readdir(open) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted().flatMap { files(in: folder + "/" + $0) }
    }
}
