import ArgumentParser
import Diagnostics
import Glibc
import Ledger
import LinuxIO
import Runs
import Store
import StrictJSON

/// `agentbox audit verify`
struct AuditVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify that the record is whole: nothing changed, removed, added or moved.",
        discussion: """
            Every entry is held against the newest checkpoint, which the ledger's key signed, and what can be erased \
            against the commitments in the entries. The ledger is tamper-evident against everybody who does not hold \
            its key. Against its holder, who can sign another history, it is so only as far back as a checkpoint that \
            was kept elsewhere: --since and --anchor compare with one.

            The exit status is 1 if something does not hold.

            EXAMPLES
              agentbox audit verify                                the whole ledger
              agentbox audit verify --entry 17                     one entry, and its data
              agentbox audit verify --since /media/usb/checkpoint  that it continues a checkpoint which was kept
              agentbox audit verify --anchor git:/srv/witness      the same with one that was published
              agentbox audit verify --log DIR --key KEY            the log of somebody else, or exported tlog-tiles
              agentbox audit verify --proof 17.tlog-proof --key KEY
            """
    )

    @Option(help: "A file with a checkpoint that the ledger has to continue.")
    var since: [String] = []

    @Option(help: "A place where a checkpoint was published: a file, git:REPOSITORY#BRANCH or http://….")
    var anchor: [String] = []

    @Option(help: "Only this entry.")
    var entry: UInt64?

    @Option(help: "A file that `audit prove` made, in place of a ledger.")
    var proof: String?

    @Option(help: "The folder of another ledger, or one with tlog-tiles.")
    var log: String?

    @Option(
        help: "What verifies the checkpoints: a verifier key, or a file that holds one. By default those of the ledger."
    )
    var key: [String] = []

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if proof != nil, entry != nil || log != nil || !anchor.isEmpty {
            throw ValidationError("--proof stands alone: give --key and --since with it at most")
        }
        if entry != nil, log != nil || !since.isEmpty || !anchor.isEmpty {
            throw ValidationError("--entry is about one entry of your own ledger: give it alone")
        }
        if log != nil, key.isEmpty { throw ValidationError("--log needs --key: whose log it is, only a key can tell") }
        if proof != nil, since.count > 1 {
            throw ValidationError("a proof starts from one checkpoint: give --since once")
        }
    }

    func run() throws {
        do {
            if let proof {
                try verify(proof: proof)
            } else if let entry {
                try verify(entry: entry)
            } else {
                try verifyAll()
            }
        } catch let error as LedgerError where error.isRefusal {
            if json {
                Terminal.print(json: [
                    "verified": false, "code": .string(error.code), "message": .string(error.message),
                ])
            }
            Terminal.complain(error)
            throw ExitCode(ExitStatus.checkFailed)
        }
    }

    // MARK: - What is verified

    private func verifyAll() throws {
        let home = try log == nil ? Home.open() : nil
        if let home { try Home.requireRecord(home) }
        let directory = log ?? home?.ledger ?? ""
        var kept = try since.map { KeptCheckpoint(place: $0, note: try Self.read($0)) }
        for place in anchor { kept.append(try LedgerAnchor.kept(try AnchorPlace.named(place), of: directory)) }
        let result: LedgerVerification
        if log == nil {
            result = try LogVerifier.verify(ledger: directory, trusted: key.isEmpty ? nil : try keys(), kept: kept)
        } else if access(directory + "/log", F_OK) == 0 {
            result = try LogVerifier.verify(ledger: directory, trusted: try keys(), kept: kept, withData: false)
        } else {
            result = try LogVerifier.verify(tiles: directory, trusted: try keys(), kept: kept)
        }
        let report = VerificationReport(result)
        if json {
            Terminal.print(json: report.json)
        } else {
            for line in report.lines { Terminal.print(line) }
        }
        if !result.isWhole { throw ExitCode(ExitStatus.checkFailed) }
    }

    private func verify(entry index: UInt64) throws {
        let home = try Home.open()
        try Home.requireRecord(home)
        let prover = try LogProver(ledger: home.ledger)
        let proof = try prover.inclusion(of: index)
        let signed = try proof.verify(trusted: try keys(of: home))
        var reader = try LedgerReader(directory: home.ledger)
        while let record = try reader.next(), record.index <= index {
            guard record.index == index else { continue }
            let (commitments, withheld) = try record.withheld()
            if json {
                Terminal.print(json: [
                    "verified": true, "index": .integer(Int64(index)), "entry": try record.json(),
                    "checkpoint": .string(signed.encoded), "commitments": .integer(Int64(commitments)),
                    "withheld": .array(withheld.map { [.string($0.path), .string($0.why.rawValue)] }),
                ])
            } else {
                Terminal.print("entry \(index) is in the ledger of \(signed.size) entries that its key signed")
                for (path, why) in withheld { Terminal.print("  \(path): \(why.rawValue)") }
                let shown = commitments - withheld.count
                if shown > 0 { Terminal.print("  \(shown) values beside it are what it committed to") }
            }
            if withheld.contains(where: { $0.why == .altered }) { throw ExitCode(ExitStatus.checkFailed) }
            return
        }
    }

    private func verify(proof path: String) throws {
        let bytes = try Self.read(path)
        let trusted = try key.isEmpty ? keys(of: Home.open()) : keys()
        let text: String
        let signed: SignedCheckpoint
        var members: JSONObject = ["verified": true]
        if bytes.starts(with: Array("agentbox.dev/".utf8)) {
            let proof = try ConsistencyProof(bytes)
            let older = try since.first.map { try SignedCheckpoint(try Self.read($0), keys: trusted) }
            signed = try proof.verify(trusted: trusted, older: older)
            members["first"] = .integer(Int64(clamping: proof.first))
            members["firstRoot"] = .string(proof.firstRoot.base64)
            text =
                "the log of \(signed.size) entries begins with that of \(proof.first) entries"
                + (older == nil ? ", whose hash is \(proof.firstRoot.base64)" : "")
        } else {
            guard since.isEmpty else {
                throw CommandError("`\(path)` is a proof of one entry: --since is for a proof of consistency")
            }
            let proof = try InclusionProof(bytes)
            signed = try proof.verify(trusted: trusted)
            members["index"] = .integer(Int64(clamping: proof.index))
            members["entry"] = try? JSON(parsing: proof.entry)
            text =
                "entry \(proof.index) of the log of \(signed.size) entries is:\n"
                + VisibleText.block(
                    (try? JSON(parsing: proof.entry).pretty()) ?? String(decoding: proof.entry, as: UTF8.self))
        }
        members["size"] = .integer(Int64(clamping: signed.size))
        members["root"] = .string(signed.root.base64)
        members["key"] = .string(signed.key.description)
        if json { return Terminal.print(json: .object(members)) }
        Terminal.print(text)
        Terminal.print("signed by \(VisibleText.line(signed.key.name))")
    }

    // MARK: - What it is verified with

    private func keys() throws -> [VerifierKey] {
        try key.flatMap { text -> [VerifierKey] in
            let isFile = access(text, F_OK) == 0
            let lines = isFile ? String(decoding: try Self.read(text), as: UTF8.self) : text
            return try lines.split(separator: "\n").map { try VerifierKey(String($0)) }
        }
    }

    private func keys(of home: Home) throws -> [VerifierKey] {
        try key.isEmpty ? LedgerKeys.verifiers(of: home.ledger) : keys()
    }

    private static func read(_ path: String) throws -> [UInt8] {
        do {
            return try Descriptor.open(path, O_RDONLY | O_NONBLOCK).readAll(limit: 1 << 20)
        } catch {
            throw CommandError("cannot read `\(path)`: \(error.message)", remedy: error.remedy)
        }
    }
}

extension AnchorPlace {
    /// What somebody wrote on the command line; a relative path is relative to the working folder.
    static func named(_ text: String) throws -> AnchorPlace {
        guard let folder = getcwd(nil, 0) else { throw SystemError.last("getcwd") }
        defer { free(folder) }
        return try AnchorPlace(text, in: String(cString: folder))
    }
}
