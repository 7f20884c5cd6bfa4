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
        var isEarly = false
        switch await Waited.value(of: task, until: .now + time, heedsCancellation: heedsCancellation) {
        case .came(.success(let value)): return .came(value)
        case .came(.failure(let error)): return .failed(error)
        case .deadlinePassed:
            problem = CredentialError(
                .unreachable, "the source `\(source)` did not answer within \(time.components.seconds) seconds",
                remedy: "`agentbox credential test` says where it hangs; `timeout` in its file is how long it may take")
        case .cancelled:
            isEarly = true
            problem = CredentialError(.unreachable, "the call was ended while the source `\(source)` was asked")
        }
        // What it did at the last moment is better known than not: one that had its whole time is told to stop at once, one
        // whose call was ended may first say what it has done.
        if isEarly, let answer = await answer(of: task, problem) { return answer }
        task.cancel()
        return await answer(of: task, problem) ?? .hangs(problem)
    }

    /// What comes of a task that was given up, within the grace; nil if nothing does.
    private static func answer(
        of task: Task<Result<Value, CredentialError>, Never>, _ problem: CredentialError
    ) async -> BoundedAnswer? {
        switch await Waited.value(of: task, until: .now + grace, heedsCancellation: false) {
        case .came(.success(let value)): .late(value, problem)
        case .came(.failure(let error)): .failed(error.leavesNothing ? problem.leavingNothing() : problem)
        case .deadlinePassed, .cancelled: nil
        }
    }
}
