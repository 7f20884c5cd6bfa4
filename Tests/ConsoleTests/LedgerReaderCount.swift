import Ledger

/// Counts the entries of a ledger.
struct LedgerReaderCount {
    private var reader: LedgerReader

    init(_ directory: String) throws { reader = try LedgerReader(directory: directory) }

    mutating func count() throws -> Int {
        var count = 0
        while try reader.next() != nil { count += 1 }
        return count
    }
}
