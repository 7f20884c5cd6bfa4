import Approvals
import ArgumentParser
import Diagnostics
import LinuxIO
import Manifests
import Registry
import Runs

/// Who says something.
struct ApproverOptions: ParsableArguments {
    @Option(help: "Sign with this SSH key: a private key's file, or the public one of a key in the agent (A2, A3).")
    var key: String?

    @Option(
        name: .customLong("signature"),
        help: "A signature that was made elsewhere over what `approve show --statement` printed.")
    var signature: String?

    @Option(name: .customLong("statement"), help: "What was signed, for --signature.")
    var statement: String?

    @Option(name: .customLong("as"), help: "Your name in the allowed signers file; default: the task's principal.")
    var name: String?

    func check() throws {
        if key != nil, signature != nil { throw ValidationError("give --key or --signature, not both") }
        if (signature == nil) != (statement == nil) {
            throw ValidationError("--signature and --statement belong together")
        }
    }

    /// What proves it. Signs, if there is a key.
    func proof(of draft: AnswerDraft) async throws -> OfferedAnswer.Proof {
        if let key {
            let bytes = draft.statement.bytes
            let signature = try await BlockingPool.shared.run { try KeySigner.sign(bytes, with: key) }
            return .ssh(statement: bytes, signature: signature)
        }
        guard let signature, let statement else { return .localUser }
        return .ssh(statement: try Self.content(statement), signature: try Self.content(signature))
    }

    private static func content(_ path: String) throws -> [UInt8] {
        try Descriptor.open(path, 0).readAll(limit: 64 << 10)
    }
}

/// What is said yes to, beyond the one call.
struct ScopeOptions: ParsableArguments {
    @Option(
        help: """
            Also calls like it in this run, whose arguments are so, as an intent's `args` says it on one line; --count \
            and --for belong to it.
            """)
    var pattern: String?

    @Option(help: "How many calls of the pattern.")
    var count: Int?

    @Option(name: .customLong("for"), help: "How long the pattern holds: 30m, 1h.")
    var duration: String?

    @Option(help: "Until when the pattern holds, in place of --for: 2027-06-01T12:00:00Z.")
    var until: String?

    @Flag(
        help: """
            Decide alone, whatever the rule asks for, with a hardware key (A3), the role `break-glass` and a --reason. \
            `review` shows it.
            """)
    var breakGlass = false

    func check(_ requests: [String]) throws {
        if pattern == nil, count != nil || duration != nil || until != nil {
            throw ValidationError("--count, --for and --until belong to --pattern")
        }
        if pattern != nil {
            guard count != nil else { throw ValidationError("say how many calls of the pattern: --count 5") }
            guard (duration == nil) != (until == nil) else {
                throw ValidationError("say how long the pattern holds: --for 1h, or --until MOMENT")
            }
        }
        if requests.count > 1, pattern != nil || breakGlass {
            throw ValidationError("a plan of several requests cannot be combined with --pattern or --break-glass")
        }
    }

    func scope(_ requests: [String], now: Moment = .now) throws -> OfferedAnswer.Scope {
        if requests.count > 1 { return .plan(requests) }
        if breakGlass { return .breakGlass }
        guard let pattern, let count else { return .once }
        return .pattern(OfferedPattern(arguments: pattern, count: count, expires: try end(now)))
    }

    private func end(_ now: Moment) throws -> Moment {
        if let until {
            guard let moment = Moment(until) else {
                throw CommandError("--until: `\(until)` is no moment", remedy: "write it so: 2027-06-01T12:00:00Z")
            }
            return moment
        }
        guard let duration, let parsed = Duration(text: duration) else {
            throw CommandError(
                "--for: `\(duration ?? "")` is no time", remedy: "write a number and s, m, h or d: --for 30m")
        }
        return now + parsed.components.seconds
    }
}
