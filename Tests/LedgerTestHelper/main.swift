import Glibc
import Ledger
import LinuxIO
import StrictJSON

// A process of its own for the ledger's tests: it appends until it is killed, meets a limit, or fills a disk.
// Each acknowledged entry is printed as `ack PRODUCER NUMBER INDEX`.

func say(_ line: String) {
    do { try BorrowedDescriptor.standardOutput.writeAll(Array((line + "\n").utf8)) } catch { exit(3) }
}

func produce(_ ledger: Ledger, producer: Int, count: Int) async throws(LedgerError) {
    for number in 0..<count {
        let filler = JSON.string(String(repeating: "x", count: number * 37 % 900))
        let index = try await ledger.append([
            "kind": "test", "producer": .integer(Int64(producer)), "number": .integer(Int64(number)), "filler": filler,
        ])
        say("ack \(producer) \(number) \(index)")
    }
}

/// `append FOLDER PRODUCERS COUNT`: so many producers append so many entries each.
func append(_ folder: String, producers: Int, count: Int) async throws {
    let (ledger, _) = try Ledger.open(folder)
    try await withThrowingTaskGroup(of: Void.self) { group in
        for producer in 0..<producers {
            group.addTask { try await produce(ledger, producer: producer, count: count) }
        }
        try await group.waitForAll()
    }
    try await ledger.close()
}

/// `limited FOLDER BYTES`: appends until the file may not grow, then once more without the limit. SIGXFSZ keeps its
/// default, which ends the process.
func limited(_ folder: String, bytes: UInt) async throws {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    limit.rlim_cur = bytes
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    let (ledger, _) = try Ledger.open(folder)
    do throws(LedgerError) {
        try await produce(ledger, producer: 0, count: .max)
    } catch {
        say("failed \(error.code)")
    }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    try await produce(ledger, producer: 1, count: 1)
    try await ledger.close()
}

/// `full FOLDER`: appends on a file system that is nearly full until it is, then once more with space again. Prints the
/// entries at the end.
func full(_ folder: String) async throws {
    let ballast = folder + "/ballast"
    try Descriptor.open(ballast, O_WRONLY | O_CREAT, mode: 0o600).writeAll([UInt8](repeating: 1, count: 128 << 10))
    let (ledger, _) = try Ledger.open(folder + "/ledger")
    do throws(LedgerError) {
        try await produce(ledger, producer: 0, count: .max)
    } catch {
        say("failed \(error.code)")
    }
    unlink(ballast)
    try await produce(ledger, producer: 1, count: 1)
    try await ledger.close()
    var reader = try LedgerReader(directory: folder + "/ledger")
    var entries = 0
    while try reader.next() != nil { entries += 1 }
    say("entries \(entries)")
}

let words = CommandLine.arguments
switch words.dropFirst().first {
case "append": try await append(words[2], producers: Int(words[3]) ?? 1, count: Int(words[4]) ?? .max)
case "limited": try await limited(words[2], bytes: UInt(words[3]) ?? 0)
case "full": try await full(words[2])
default: exit(2)
}
