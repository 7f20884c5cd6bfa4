import CSandbox
import Glibc

/// Starts a thread of our own, detached, that takes no signals. It lives until `body` returns.
package func startThread(named name: String, _ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let name: String
        let body: @Sendable () -> Void
        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
    // The new thread inherits the mask: block everything while it is made.
    var everything = sigset_t()
    var previous = sigset_t()
    sigfillset(&everything)
    pthread_sigmask(SIG_SETMASK, &everything, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }

    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))

    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(name, body))
    let problem = pthread_create(
        &thread, &attributes,
        { argument in
            guard let argument else { return nil }
            let box = Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
            thread_shim_set_name(box.name)
            box.body()
            return nil
        }, box.toOpaque())
    precondition(problem == 0, "cannot start thread \(name): \(SystemError(call: "pthread_create", errno: problem))")
}
