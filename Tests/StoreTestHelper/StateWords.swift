import Glibc
import Store
import StrictJSON

/// What the tests of the state store have other processes do.
struct StateWords {
    private let words: [String]

    init(_ words: [String]) { self.words = words }

    func run() async throws {
        let home = try Home(words[2])
        if words[1] == "state-check" { return await check(home) }
        let store = try SQLiteStateStore(home)
        switch words[1] {
        case "state-take": try await take(store, count: Int(words[3]) ?? 0)
        case "state-revoke":
            // `state-revoke HOME COUNT`: revokes so many times and prints the epochs.
            for _ in 0..<(Int(words[3]) ?? 0) {
                let revocation = try await store.revoke(.all, by: "test", reason: nil)
                say(String(revocation.epoch))
            }
        case "state-add": try await add(store, words[3])
        default: try await write(store)
        }
    }

    /// `state-take HOME COUNT`: tries to use up the records `k0`, `k1`, … once each and prints those that it got.
    private func take(_ store: SQLiteStateStore, count: Int) async throws {
        say("ready")
        _ = readLine()
        for number in 0..<count where try await takes("k\(number)", store) { say("k\(number)") }
    }

    private func takes(_ key: String, _ store: SQLiteStateStore) async throws -> Bool {
        while true {
            guard let record = try await store.record(.approval, key), record.state == "pending" else { return false }
            var taken = record
            taken.state = "consumed"
            let isTaken = try await store.replace(taken)
            if isTaken { return true }
        }
    }

    /// `state-add HOME PREFIX`: adds records until it is killed, and prints each key when it is durable.
    private func add(_ store: SQLiteStateStore, _ prefix: String) async throws {
        var number = 0
        while true {
            let key = "\(prefix)\(number)"
            _ = try await store.create(StateRecord(.lease, key, run: prefix, state: "live", body: ["n": "x"]))
            say(key)
            number += 1
        }
    }

    /// `state-write HOME`: adds a record for each line that it reads, and prints when that was done, in nanoseconds.
    private func write(_ store: SQLiteStateStore) async throws {
        say("ready")
        while let line = readLine() {
            _ = try await store.create(StateRecord(.lease, line, run: nil, state: "live", body: [:]))
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            say(String(time.tv_sec * 1_000_000_000 + time.tv_nsec))
        }
    }

    /// `state-check HOME`: prints the keys of requests, or what is wrong.
    private func check(_ home: Home) async {
        do {
            let store = try SQLiteStateStore(home)
            for record in try await store.records(StateQuery(.approval)) { say(record.key) }
        } catch {
            say("\(error.code): \(error)")
        }
    }
}
