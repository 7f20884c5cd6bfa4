import Glibc
import LinuxIO

/// Ctrl-C, SIGTERM or SIGHUP.
enum Interruption {
    /// Returns when one came. The signals do nothing else from then on.
    static func wait() async {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        let set = signals
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            startThread(named: "agentbox-signal") {
                var number: Int32 = 0
                var waited = set
                while sigwait(&waited, &number) != 0 {}
                continuation.resume()
                while true { pause() }
            }
        }
    }

    /// To be called before there are other threads: they inherit it, and no signal ends one of them.
    static func block() {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
