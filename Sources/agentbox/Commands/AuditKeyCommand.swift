import ArgumentParser
import Ledger
import Store
import StrictJSON

/// `agentbox audit key`
struct AuditKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Print the ledger's verifier key, or give it a new key.",
        discussion: """
            The line is what verifiers of signed notes take. Give it to whoever is to verify the ledger, by a way that \
            they trust. The secret key lies in the folder `keys` beside the ledger, for its owner alone.

            After --rotate the new key signs. The ledger tells of it, under the old key's last signature, so whoever \
            trusts an older key can follow. Old keys are kept.

            EXAMPLES
              agentbox audit key
              agentbox audit key --all
              agentbox audit key --rotate --reason "the laptop was stolen"
            """
    )

    @Flag(help: "All keys that the ledger ever had, the first one first.")
    var all = false

    @Flag(help: "Make a new key, which signs from now on.")
    var rotate = false

    @Option(help: "Why, for the record.")
    var reason: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if reason != nil, !rotate { throw ValidationError("--reason goes with --rotate") }
    }

    func run() throws {
        let home = try Home.open()
        if rotate { _ = try LedgerKeys.rotate(home.ledger, reason: reason) }
        let keys = try LedgerKeys.verifiers(of: home.ledger)
        let newest = try LedgerKeys.checkpoint(of: home.ledger).key
        if json {
            Terminal.print(json: [
                "key": .string(newest.description), "keys": .array(keys.map { .string($0.description) }),
            ])
        } else {
            for key in all ? keys : [newest] { Terminal.print(key.description) }
        }
    }
}

/// `agentbox audit checkpoint`
struct AuditCheckpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Print the ledger's newest checkpoint, a signed note.",
        discussion: """
            Keep it where whoever holds the ledger's key cannot change it: `agentbox audit verify --since` tells whether \
            the ledger still continues it.

            EXAMPLE
              agentbox audit checkpoint > /media/usb/ledger.checkpoint
            """
    )

    func run() throws {
        let home = try Home.open()
        try Home.requireRecord(home)
        Terminal.printRaw(try LedgerKeys.checkpoint(of: home.ledger).encoded)
    }
}
