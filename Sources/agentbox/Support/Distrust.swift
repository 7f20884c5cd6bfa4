import ArgumentParser
import Diagnostics
import Glibc
import Ledger
import Store

extension Terminal {
    /// Says that what was shown cannot be relied on, on standard error; gives the status to end with.
    static func distrust(_ error: LedgerError, _ what: String) -> ExitCode {
        complain(error)
        note("the ledger does not verify: do not rely on \(what); what comes after damage is not in it")
        return ExitCode(ExitStatus.checkFailed)
    }
}

extension Home {
    /// - Throws: `CommandError` if nothing was ever recorded in the home.
    static func requireRecord(_ home: Home) throws {
        guard access(home.ledger + "/log", F_OK) != 0, errno == ENOENT else { return }
        throw CommandError(
            "nothing is on record yet in `\(home.ledger)`", remedy: "`agentbox run` starts it")
    }
}
