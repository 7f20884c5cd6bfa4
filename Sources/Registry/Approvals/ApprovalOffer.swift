import Approvals
import Diagnostics
import Manifests
import StrictJSON

/// What an answer of some scope is about: the subject that its statement names, and the text that goes with it. Made in
/// the same way by whoever shows it and by whoever verifies the answer.
package struct ApprovalOffer: Sendable {
    /// The request to be answered, of a plan the first, with this among what it offers.
    package let request: ApprovalRequest
    package let shown: ShownText
    /// Of the scope `plan`.
    package let plan: CallPlan?
    /// Of the scope `pattern`.
    package let pattern: CallPattern?

    /// - Parameter records: The one request, or those of a plan in its order.
    /// - Throws: `OfferError` if there can be no such answer.
    package init(_ scope: OfferedAnswer.Scope, _ records: [ApprovalRecord]) throws(OfferError) {
        guard let first = records.first else {
            throw OfferError("a plan has at least one call")
        }
        switch scope {
        case .once, .breakGlass:
            shown = ShownText(first.shown)
            // INVARIANT: the digest is of the text that is shown, not of what stands beside it.
            request = first.request.showing(shown)
            (plan, pattern) = (nil, nil)
        case .plan:
            guard Set(records.map(\.run)).count == 1 else {
                throw OfferError("the calls of a plan have to be of one run", remedy: "answer each run's alone")
            }
            guard let plan = CallPlan(records.compactMap { $0.request.offer(for: .once)?.subject }),
                plan.calls.count == records.count
            else {
                throw OfferError(
                    "a plan has 1 to \(CallPlan.maximumCalls) calls, each once", remedy: "name fewer requests")
            }
            shown = ShownText(Self.text(of: records))
            var request = first.request.offering(.plan, plan.root, shown)
            // What fulfils all of them, and is valid for as long as the shortest.
            request.requirement = records.dropFirst().reduce(request.requirement) {
                $0.combined(with: $1.request.requirement)
            }
            self.request = request
            self.plan = plan
            pattern = nil
        case .pattern(let offered):
            let pattern = try Self.pattern(offered, first)
            guard let digest = try? pattern.digest() else { throw OfferError("the pattern has no canonical form") }
            shown = ShownText(Self.text(of: offered, pattern, first))
            request = first.request.offering(.pattern, digest, shown)
            plan = nil
            self.pattern = pattern
        }
    }

    // MARK: Texts

    private static func text(of records: [ApprovalRecord]) -> String {
        let head = "A PLAN of \(records.count) calls, each approved once\n"
        return head
            + records.enumerated().map { "\n--- call \($0.offset + 1) of \(records.count)\n\($0.element.shown)" }
            .joined()
    }

    private static func text(
        of offered: OfferedPattern, _ pattern: CallPattern, _ record: ApprovalRecord
    ) -> String {
        """
        A PATTERN: up to \(offered.count) calls of `\(record.tool)` in run \(record.run), until \(offered.expires), \
        without asking again
        whose arguments are: \(VisibleText.line(offered.arguments))
        and no others

        It was asked for by this call, which is the first of them:

        \(record.shown)
        """
    }

    // MARK: Patterns

    /// The most calls that one pattern lets through.
    package static let mostCalls = 10_000
    /// A day, in seconds.
    package static let longestPattern: Int64 = 86_400

    private static func pattern(
        _ offered: OfferedPattern, _ record: ApprovalRecord
    ) throws(OfferError) -> CallPattern {
        guard (1...mostCalls).contains(offered.count) else {
            throw OfferError("a pattern is of 1 to \(mostCalls) calls, not \(offered.count)")
        }
        let length = offered.expires - record.request.asked
        guard length > 0, length <= longestPattern + record.request.requirement.validity else {
            throw OfferError("a pattern ends within a day", remedy: "choose a shorter time: --for 1h")
        }
        guard let name = ToolName(record.tool) else { throw OfferError("`\(record.tool)` is no tool's name") }
        return CallPattern(
            run: record.run, intentDigest: record.intentDigest, tool: name, toolDigest: record.toolDigest,
            arguments: try constraints(offered.arguments, of: name), count: offered.count,
            expires: offered.expires, nonce: record.request.nonce)
    }

    /// Reads the constraints as an intent's would be: by the manifest reader.
    private static func constraints(
        _ text: String, of tool: ToolName
    ) throws(OfferError) -> [ArgumentConstraint] {
        let remedy = "write them as in an intent, on one line: --pattern '{path: {under: [docs]}}'"
        guard text.utf8.count <= 4096, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), text.hasPrefix("{") else {
            throw OfferError("the pattern is not a mapping of arguments on one line", remedy: remedy)
        }
        let manifest = """
            apiVersion: agentbox.dev/v1
            kind: Intent
            name: pattern
            purpose: pattern
            principal: pattern
            rules:
            - allow: \(tool.rawValue)
              args: \(text)
              otherArgs: absent
            """
        let intent: Intent
        do {
            intent = try Intent.load(Array(manifest.utf8), file: "pattern")
        } catch {
            throw OfferError("the pattern cannot be read: \(error)", remedy: remedy)
        }
        guard intent.rules.count == 1, let rule = intent.rules.first, rule.tool.text == tool.rawValue,
            rule.effect == .allow, !rule.constraints.isEmpty, rule.otherArguments == .absent, rule.condition == nil,
            rule.after.isEmpty, rule.before.isEmpty, rule.budgets.isEmpty
        else { throw OfferError("the pattern holds more than constraints on arguments", remedy: remedy) }
        return rule.constraints
    }
}

/// Why there can be no answer of that scope.
package struct OfferError: Diagnostic, Equatable {
    package let code = "no-such-answer"
    package let message: String
    package let remedy: String?

    init(_ message: String, remedy: String? = nil) {
        self.message = message
        self.remedy = remedy
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}

extension ApprovalRequest {
    /// The same request, whose offer `once` is about the text that is shown.
    fileprivate func showing(_ shown: ShownText) -> ApprovalRequest {
        var request = self
        for index in request.offers.indices where request.offers[index].scope == .once {
            request.offers[index].shown = shown.digest
        }
        return request
    }

    /// The same request, which offers this too.
    fileprivate func offering(
        _ scope: ApprovalStatement.Scope, _ subject: SubjectDigest, _ shown: ShownText
    ) -> ApprovalRequest {
        var request = self
        request.offers.removeAll { $0.scope == scope }
        request.offers.append(Offer(scope: scope, subject: subject, shown: shown.digest))
        return request
    }
}
