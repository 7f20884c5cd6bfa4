/// One call in a timeline: the verdict, what was asked for, why it was decided so, what its sandbox was, what came of it.
enum CallRow {
    static func path(_ call: CallRecord, _ run: RunOverview) -> PagePath {
        PagePath("runs", run.context.run, "calls", call.mark.name)
    }

    static func html(_ call: CallRecord, run: RunOverview) -> HTML {
        HTML(.li, .class("call", style(call)), .id("call-" + call.mark.name)) {
            HTML(.div, .class("call-side")) {
                if let time = call.time { Parts.time(time) }
                CallWords.badge(call)
            }
            HTML(.div, .class("call-body")) {
                HTML(.div, .class("call-head")) {
                    HTML(.a, .class("tool"), .href(path(call, run))) { "\(call.tool)" }
                    CallWords.arguments(call)
                }
                if let reason = call.reason {
                    HTML(.p, .class(call.state == .denied ? "why-not" : "why")) { HTML.prose(reason, limit: 300) }
                }
                if call.decided != nil, call.state != .denied, let grants = call.grants {
                    HTML(.p, .class("box")) { "Sandbox: " + GrantWords.sentence(grants) }
                }
                marks(call)
            }
            HTML(.div, .class("call-end")) { CallWords.end(call) }
        }
    }

    private static func marks(_ call: CallRecord) -> HTML? {
        var marks: [HTML] = []
        if let changes = CallWords.changes(call) { marks.append(HTML(.li, .class("info")) { changes }) }
        if let failure = CallWords.failure(call) { marks.append(HTML(.li, .class("warn")) { failure }) }
        for violation in CallWords.violations(call, most: 3) {
            marks.append(HTML(.li, .class("bad")) { "refused by the sandbox: " + violation })
        }
        if call.mark.traits.contains(.breakGlass) {
            marks.append(HTML(.li, .class("bad")) { "somebody broke the glass" })
        }
        guard !marks.isEmpty else { return nil }
        return HTML(.ul, .class("marks")) { HTML.joined(marks) }
    }

    private static func style(_ call: CallRecord) -> StaticString {
        switch call.state {
        case .denied: "is-denied"
        case .waiting: "is-waiting"
        case .failed, .unknown: "is-failed"
        case .running: "is-running"
        case .done: "is-done"
        }
    }
}
