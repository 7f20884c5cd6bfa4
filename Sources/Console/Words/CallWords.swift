import Ledger
import StrictJSON

/// A call in words: what was asked for, what was decided and why, and what came of it.
enum CallWords {
    /// The verdict in one word, with a sign that says the same: what is told by colour alone not everybody sees.
    static func badge(_ call: CallRecord) -> HTML {
        if call.mark.traits.contains(.approved), call.state != .denied {
            return badge("approved", "✓", "Approved")
        }
        switch call.state {
        case .waiting: return badge("waiting", "?", "Waiting")
        case .denied: return badge("denied", "■", "Denied")
        case .done, .failed, .running, .unknown: return badge("allowed", "✓", "Allowed")
        }
    }

    private static func badge(_ name: StaticString, _ sign: HTML, _ word: HTML) -> HTML {
        HTML(.span, .class("badge", name)) {
            HTML(.span, .aria("hidden", "true")) { sign }
            " "
            word
        }
    }

    /// What came of it, in a few words.
    static func end(_ call: CallRecord) -> HTML {
        switch call.state {
        case .waiting: return "a person is asked"
        case .running: return "running"
        case .unknown: return HTML(.span, .class("warn")) { "no end on record" }
        case .denied: return "not started"
        case .done, .failed: break
        }
        let word = call.outcome?["end"]?.stringValue ?? "ended"
        let time = call.microseconds.map { " · " + Numbers.duration(microseconds: $0) } ?? ""
        return HTML(.span, .class(call.state == .failed ? "warn" : "good")) { "\(word)" } + "\(time)"
    }

    /// The arguments on a line or two. What the call is about are texts and lists; numbers and switches are settings, and
    /// shown where there is nothing else.
    static func arguments(_ call: CallRecord, limit: Int = 160) -> HTML {
        guard let recorded = call.decided?.arguments else {
            guard let request = call.asked?["request"]?.stringValue else { return HTML() }
            return HTML(.a, .class("button", "small"), .href(PagePath("approvals", request))) {
                call.state == .waiting ? "See it and answer" : "See what was asked"
            }
        }
        guard case .inline(let value) = recorded else {
            return HTML(.span, .class("dim")) { "arguments: \(recorded.note ?? "not kept")" }
        }
        guard let object = value.objectValue else {
            return HTML(.code) { HTML.text(value.encodedString(), limit: limit) }
        }
        let isSetting = { (value: JSON) in value.stringValue == nil && value.arrayValue == nil }
        let subjects = object.filter { !isSetting($0.value) }
        let members = subjects.isEmpty ? object.map { $0 } : subjects.map { $0 }
        let shown = members.prefix(8).map { member in
            HTML(.span, .class("arg")) {
                HTML(.span, .class("key")) { HTML.text(member.key, limit: 40) }
                HTML(.code) { HTML.text(member.value.stringValue ?? member.value.encodedString(), limit: limit) }
            }
        }
        let more: HTML = members.count > 8 ? HTML(.span, .class("dim")) { "and \(members.count - 8) more" } : HTML()
        return HTML.joined(shown, separator: " ") + more
    }

    /// What the sandbox refused, and what was discarded: a sentence each.
    static func violations(_ call: CallRecord, most: Int) -> [HTML] {
        let omitted = Int(max(0, min(call.outcome?["violationsOmitted"]?.integerValue ?? 0, 1 << 32)))
        let shown = call.violations.prefix(most).map { violation($0) }
        let more = call.violations.count - shown.count + omitted
        return shown + (more > 0 ? ["and \(more) more"] : [])
    }

    static func violation(_ json: JSON) -> HTML {
        let arguments = (json["arguments"]?.arrayValue ?? []).compactMap(\.stringValue)
        let named = arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))"
        return HTML {
            HTML(.code) { "\(json["operation"]?.stringValue ?? "something")\(named)" }
            if let path = json["path"]?.stringValue { " on " + HTML(.code) { "\(path)" } }
            if let error = json["error"]?.stringValue { ", \(error)" }
            if let count = json["count"]?.integerValue, count > 1 { ", \(count) times" }
            if let detail = json["detail"]?.stringValue { ": \(HTML.text(detail, limit: 200))" }
        }
    }

    /// `changed src/total.awk`.
    static func changes(_ call: CallRecord, most: Int = 4) -> HTML? {
        let paths = call.changes.compactMap { $0["path"]?.stringValue }
        let omitted = call.outcome?["changesOmitted"]?.integerValue ?? 0
        guard !paths.isEmpty || omitted > 0 else { return nil }
        let files = paths.filter { !$0.hasPrefix(".git/") }
        var parts = files.prefix(most).map { path in HTML(.code) { "\(path)" } }
        if files.count < paths.count { parts.append("git’s own files") }
        let more = max(0, files.count - most) + Int(max(0, min(omitted, 1 << 32)))
        if more > 0 { parts.append("\(more) more") }
        return "changed " + HTML.joined(parts, separator: ", ")
    }

    /// What went wrong, where it did.
    static func failure(_ call: CallRecord) -> HTML? {
        if let message = call.outcome?["failure"]?["message"]?.stringValue { return HTML.prose(message, limit: 400) }
        if let path = call.outcome?["conflict"]?["path"]?.stringValue {
            return "nothing was written: " + HTML(.code) { "\(path)" } + " was changed by somebody else"
        }
        return nil
    }
}

extension HTML {
    /// Pieces in a row.
    init(@HTMLBuilder content: () -> HTML) { self = content() }
}
