/// Whether a statement answers a request: this one, about what it offers, with the text that was shown, now.
package enum StatementCheck {
    /// A signer's clock may be ahead or behind by so many seconds.
    package static let clockSkew: Int64 = 60

    /// Says nothing of who made the statement.
    ///
    /// - Returns: What the statement is about, which the request offered.
    package static func check(
        _ statement: ApprovalStatement, for request: ApprovalRequest, now: Moment
    ) -> Result<ApprovalRequest.Offer, ApprovalRefusal> {
        Result { () throws(ApprovalRefusal) in
            guard statement.request == request.id, statement.nonce == request.nonce else {
                throw ApprovalRefusal(.wrongRequest, "the statement answers another request")
            }
            let offer = try offer(statement, of: request)
            try checkTimes(statement, of: request, now: now)
            if statement.scope == .breakGlass { try BreakGlass.check(statement, for: request) }
            return offer
        }
    }

    private static func offer(
        _ statement: ApprovalStatement, of request: ApprovalRequest
    ) throws(ApprovalRefusal) -> ApprovalRequest.Offer {
        guard let offer = request.offer(for: statement.scope), offer.subject == statement.subject else {
            throw ApprovalRefusal(
                .wrongSubject, "the statement is about something else than what the request asks for",
                remedy: "sign again what `agentbox approve show` says now")
        }
        guard offer.shown == statement.shown else {
            throw ApprovalRefusal(
                .wrongText, "the statement was signed over another text than the one that is shown",
                remedy: "read the text that `agentbox approve show` shows now, and sign it")
        }
        return offer
    }

    private static func checkTimes(
        _ statement: ApprovalStatement, of request: ApprovalRequest, now: Moment
    ) throws(ApprovalRefusal) {
        guard now < request.expires else {
            throw ApprovalRefusal(.expired, "the request expired at \(request.expires)")
        }
        guard now < statement.expires else {
            throw ApprovalRefusal(.expired, "the statement expired at \(statement.expires)", remedy: "sign a new one")
        }
        guard statement.issued <= now + clockSkew else {
            throw ApprovalRefusal(
                .notYetValid, "the statement says that it was issued at \(statement.issued), which is not yet",
                remedy: "set the clock of the machine that signs")
        }
        guard statement.issued >= request.asked + -clockSkew else {
            throw ApprovalRefusal(
                .notYetValid, "the statement says that it was issued at \(statement.issued), before anything was asked",
                remedy: "set the clock of the machine that signs")
        }
        guard statement.expires - statement.issued <= request.requirement.validity else {
            throw ApprovalRefusal(
                .tooLong,
                "the statement would be valid for \(statement.expires - statement.issued) seconds; the rule allows "
                    + "\(request.requirement.validity)")
        }
    }
}
