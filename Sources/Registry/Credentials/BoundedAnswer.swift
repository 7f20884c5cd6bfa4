import Credentials
import LinuxIO

/// An answer of a source, or why there is none in time. Sources are asked in tasks of their own: one that hangs holds up
/// nobody, whatever it waits for.
enum BoundedAnswer<Value: Sendable>: Sendable {
    case came(Value)
    case failed(CredentialError)
    /// It did what it was asked when it had been given up already.
    case late(Value, CredentialError)
    /// It may still do what it was asked.
    case hangs(CredentialError)

    /// After it was told to stop.
    private static var grace: Duration { .seconds(2) }

    /// - Parameter heedsCancellation: False waits for the time also where this task is cancelled.
    static func of(
        _ source: String, within time: Duration, heedsCancellation: Bool,
        _ body: @escaping @Sendable () async throws(CredentialError) -> Value
    ) async -> BoundedAnswer {
        let task = Task { () -> Result<Value, CredentialError> in
            do throws(CredentialError) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
        let problem: CredentialError
        switch await Waited.value(of: task, until: .now + time, heedsCancellation: heedsCancellation) {
        case .came(.success(let value)): return .came(value)
        case .came(.failure(let error)): return .failed(error)
        case .deadlinePassed:
            problem = CredentialError(
                .unreachable, "the source `\(source)` did not answer within \(time.components.seconds) seconds",
                remedy: "`agentbox credential test` says where it hangs; `timeout` in its file is how long it may take")
        case .cancelled:
            problem = CredentialError(.unreachable, "the call was ended while the source `\(source)` was asked")
        }
        task.cancel()
        // What it did at the last moment is better known than not.
        switch await Waited.value(of: task, until: .now + grace, heedsCancellation: false) {
        case .came(.success(let value)): return .late(value, problem)
        case .came(.failure): return .failed(problem)
        case .deadlinePassed, .cancelled: return .hangs(problem)
        }
    }
}
