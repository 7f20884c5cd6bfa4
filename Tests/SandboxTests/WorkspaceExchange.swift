import CSandbox
import Glibc

/// Swaps two names in one step, as an attacker would.
enum Exchange {
    static func names(_ one: String, _ other: String) -> Bool {
        cs_renameat2(AT_FDCWD, one, AT_FDCWD, other, CS_RENAME_EXCHANGE.rawValue) == 0
    }
}
