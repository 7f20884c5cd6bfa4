import CSandbox

/// What a call's process is before its program begins, but for its grant: what a slot can have ready before there is a
/// call (`plan.h`).
struct CallTerms: Sendable {
    var filter: FilterCache.Entry?
    var limits: [plan_limit] = []
    var fileModeMask: UInt32 = 0o022
    /// Standard input becomes the controlling terminal of the call's session.
    var hasTerminal = false
    var listening = Listening.nothing

    func encoded(
        _ buffer: inout PlanBuffer, _ descriptors: inout PlanDescriptors
    ) throws(SandboxError) -> call_terms {
        var terms = call_terms()
        terms.flags = TERM_NEW_SESSION.rawValue | (hasTerminal ? TERM_TERMINAL.rawValue : 0) | listening.flags
        terms.uid = CallIdentity.insideUser
        terms.gid = CallIdentity.insideGroup
        terms.umask = fileModeMask
        if let filter {
            terms.filter_fd = try descriptors.index(of: filter.memory)
            terms.cookie_low = filter.program.cookie.low
            terms.cookie_high = filter.program.cookie.high
        }
        terms.limits = try buffer.table(limits)
        return terms
    }

    /// True if a process that was made ready with the one can become the other's. A filter that was compiled anew is
    /// another, though its instructions be the same: init compares files.
    func isInterchangeable(with other: CallTerms) -> Bool {
        filter?.memory === other.filter?.memory && fileModeMask == other.fileModeMask
            && hasTerminal == other.hasTerminal && listening == other.listening
            && limits.elementsEqual(other.limits) { $0.resource == $1.resource && $0.value == $1.value }
    }
}
