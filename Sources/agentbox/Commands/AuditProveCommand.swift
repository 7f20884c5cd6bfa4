import ArgumentParser
import Glibc
import Ledger
import LinuxIO
import Store
import StrictJSON

/// `agentbox audit prove`
struct AuditProveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Make a file that proves an entry, or that the ledger continues an older one.",
        discussion: """
            A proof of an entry is a C2SP tlog-proof with the entry in it, as it is in the log: with commitments in the \
            place of arguments and outputs. Whoever has the ledger's verifier key (`agentbox audit key`) can check it \
            without the ledger: with `agentbox audit verify --proof FILE --key KEY`, or with other tools for \
            transparency logs.

            EXAMPLES
              agentbox audit prove 17 --output 17.tlog-proof
              agentbox audit prove --from 100                that the ledger begins with its first 100 entries of then
              agentbox audit prove --from 100 --to 200
            """
    )

    @Argument(help: "The entry's index.")
    var index: UInt64?

    @Option(help: "Prove consistency from this size on.")
    var from: UInt64?

    @Option(help: "Up to this size; by default all there is.")
    var to: UInt64?

    @Option(help: "The file to write; standard output by default.")
    var output: String?

    @Flag(help: "Print one JSON object that holds the proof.")
    var json = false

    func validate() throws {
        guard (index == nil) != (from == nil) else { throw ValidationError("give an entry's index, or --from SIZE") }
        if to != nil, from == nil { throw ValidationError("--to goes with --from") }
    }

    func run() throws {
        let home = try Home.open()
        try Home.requireRecord(home)
        let prover = try LogProver(ledger: home.ledger)
        let proof: String
        if let index {
            proof = try prover.inclusion(of: index).encoded
        } else {
            proof = try prover.consistency(from: from ?? 0, to: to).encoded
        }
        if let output {
            do {
                let flags = O_WRONLY | O_CREAT | O_TRUNC
                try Descriptor.open(output, flags, mode: 0o644).writeAll(Array(proof.utf8))
            } catch {
                throw CommandError("cannot write `\(output)`: \(error.message)", remedy: error.remedy)
            }
        }
        if json {
            Terminal.print(json: [
                "proof": .string(proof), "key": .string(prover.checkpoint.key.description),
                "output": output.map(JSON.string) ?? .null,
            ])
        } else if output == nil {
            Terminal.printRaw(proof)
        }
    }
}
