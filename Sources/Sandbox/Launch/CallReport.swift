import Manifests

/// How a call ended, and what it left.
package struct CallReport: Sendable {
    /// Why it ended.
    package enum End: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
        /// Beyond its wall-clock time; killed.
        case timedOut
        /// The calling task was cancelled; killed.
        case cancelled
        /// It wrote more than its output limit; killed.
        case outputLimit
        /// A tool server answered; its process lives on.
        case answered(isError: Bool)
    }

    package let end: End
    package let output: [UInt8]
    package let errorOutput: [UInt8]
    /// True if more was written than is here.
    package let isOutputTruncated: Bool
    package let isErrorOutputTruncated: Bool
    /// Nil of a call to a tool server, whose process serves others too.
    package let resources: ResourceUse?
    package let duration: Duration
    package let violations: [Violation]
    /// Of a traced call: all that was heard of its system calls.
    package let trace: [SystemCallNotice]
    /// Layers that may have refused something of which nobody heard.
    package let unreported: [SandboxProfile.IsolationLayer]
}

extension CallReport {
    /// What became of a call that had no process of its own.
    package init(
        end: End, output: [UInt8], errorOutput: [UInt8], duration: Duration, violations: [Violation]
    ) {
        self.end = end
        self.output = output
        self.errorOutput = errorOutput
        isOutputTruncated = false
        isErrorOutputTruncated = false
        resources = nil
        self.duration = duration
        self.violations = violations
        trace = []
        // What the server is refused while it is at the call is refused to all of its calls.
        unreported = [.seccomp, .landlock]
    }
}

/// What all processes of a call used together.
package struct ResourceUse: Hashable, Sendable {
    package let userMicroseconds: UInt64
    package let systemMicroseconds: UInt64
    /// The most resident memory that one of its processes had.
    package let peakBytes: UInt64
    /// By system calls, of files, pipes and all else; 0 for a call that was killed with its init.
    package var readBytes: UInt64 = 0
    package var writtenBytes: UInt64 = 0
    /// What was counted of all its processes together: `limits.memory` held for all of them. Nil without a control
    /// group: then it held for each by itself.
    package var group: ControlGroupUse?
}
