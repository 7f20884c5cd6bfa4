import CEgress
import Glibc
import Hosts

/// Resolves names beside the relay: the resolver of libc blocks. A few threads at once, the rest waits.
///
/// INVARIANT: `answers`, `waiting` and `threads` are touched with `lock` held, all else is written by `init` only.
package final class NameLookup: @unchecked Sendable {
    /// What was found for a request; empty if nothing was.
    typealias Answer = (request: Int, addresses: [IPAddress])

    private static let mostThreads = 8
    private static let mostAddresses = 32

    /// Readable when there are answers.
    let wakeup: Int32
    private var lock = pthread_mutex_t()
    private var answers: [Answer] = []
    private var waiting: [(request: Int, name: String)] = []
    private var threads = 0

    /// - Parameter wakeup: Of `ce_wakeup_create`.
    init(wakeup: Int32) {
        self.wakeup = wakeup
        pthread_mutex_init(&lock, nil)
    }

    func begin(_ name: String, as request: Int) {
        pthread_mutex_lock(&lock)
        waiting.append((request, name))
        let needsThread = threads < Self.mostThreads
        if needsThread { threads += 1 }
        pthread_mutex_unlock(&lock)
        guard needsThread else { return }
        var thread = pthread_t()
        let problem = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<NameLookup>.fromOpaque(context).takeRetainedValue().work()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        if problem == 0 {
            pthread_detach(thread)
        } else {
            Unmanaged.passUnretained(self).release()
            work()
        }
    }

    func take() -> [Answer] {
        ce_wakeup_drain(wakeup)
        pthread_mutex_lock(&lock)
        defer { pthread_mutex_unlock(&lock) }
        defer { answers = [] }
        return answers
    }

    private func work() {
        while true {
            pthread_mutex_lock(&lock)
            guard !waiting.isEmpty else {
                threads -= 1
                pthread_mutex_unlock(&lock)
                return
            }
            let (request, name) = waiting.removeFirst()
            pthread_mutex_unlock(&lock)
            let addresses = Self.resolve(name).addresses
            pthread_mutex_lock(&lock)
            answers.append((request, addresses))
            pthread_mutex_unlock(&lock)
            ce_wakeup(wakeup)
        }
    }

    /// What a name leads to.
    package struct Found: Sendable {
        /// Empty if there are none.
        package var addresses: [IPAddress]
        /// Why there are none, in the resolver's words; nil if it gave no reason.
        package var problem: String?

        package init(addresses: [IPAddress], problem: String? = nil) {
            self.addresses = addresses
            self.problem = problem
        }
    }

    /// The addresses of a name, at once and for as long as that takes: blocks.
    package static func resolve(_ name: String) -> Found {
        var found = [ce_address](repeating: ce_address(), count: mostAddresses)
        // The host's search domains are none here: the profile `egress` sets them to the root.
        let count = ce_resolve(name, &found, Int32(mostAddresses))
        return Found(
            addresses: found.prefix(max(0, Int(count))).map { IPAddress($0) },
            problem: count < 0 ? String(cString: gai_strerror(count)).lowercased() : nil)
    }
}

extension IPAddress {
    init(_ address: ce_address) {
        let isVersion6 = address.is_version_6 != 0
        let bits = withUnsafeBytes(of: address.bytes) { bytes in
            bytes.prefix(isVersion6 ? 16 : 4).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        }
        // An IPv6 address that is mapped from IPv4 is that one to the kernel.
        let isMapped = isVersion6 && bits >> 32 == 0xFFFF
        self.init(isVersion6: isVersion6 && !isMapped, bits: isMapped ? bits & 0xFFFF_FFFF : bits)
    }
}
