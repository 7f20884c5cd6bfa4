import Ledger
import StrictJSON

/// One event of class API Activity. Names and numbers are those of the schema, version 1.6.0.
struct OCSFEvent {
    static let version = "1.6.0"
    static let category: Int64 = 6
    static let classIdentifier: Int64 = 6003

    /// `activity_id`.
    enum Activity: Int64 {
        case create = 1
        case read = 2
        case update = 3
        case delete = 4
        case other = 99

        var caption: String {
            switch self {
            case .create: "Create"
            case .read: "Read"
            case .update: "Update"
            case .delete: "Delete"
            case .other: "Other"
            }
        }
    }

    /// `severity_id`.
    enum Severity: Int64 {
        case informational = 1
        case low = 2
        case medium = 3
        case high = 4

        var caption: String {
            switch self {
            case .informational: "Informational"
            case .low: "Low"
            case .medium: "Medium"
            case .high: "High"
            }
        }
    }

    /// `status_id`.
    enum Status: Int64 {
        case unknown = 0
        case success = 1
        case failure = 2

        var caption: String {
            switch self {
            case .unknown: "Unknown"
            case .success: "Success"
            case .failure: "Failure"
            }
        }
    }

    /// `action_id` and `disposition_id` of the profile `security_control`.
    enum Disposition {
        case allowed, blocked, approved, revoked, logged

        var action: (identifier: Int64, caption: String) {
            switch self {
            case .allowed, .approved: (1, "Allowed")
            case .blocked, .revoked: (2, "Denied")
            case .logged: (99, "Other")
            }
        }

        var disposition: (identifier: Int64, caption: String) {
            switch self {
            case .allowed: (1, "Allowed")
            case .blocked: (2, "Blocked")
            case .approved: (8, "Approved")
            case .revoked: (24, "Access Revoked")
            case .logged: (17, "Logged")
            }
        }
    }

    var activity = Activity.other
    /// Of an activity that the schema has no name for.
    var activityName: String?
    var severity = Severity.informational
    var status = Status.success
    var statusCode: String?
    var statusDetail: String?
    var disposition = Disposition.logged
    var operation: String
    var message: String
    var count: Int64?
    /// In milliseconds.
    var duration: Int64?
    var request: String?
    var response: JSON?
    var isAlert = false

    init(operation: String, message: String) {
        self.operation = operation
        self.message = message
    }

    func json(_ entry: ExportedEntry, origin: String, part: Int) -> JSON {
        var object: JSONObject = [
            "activity_id": .integer(activity.rawValue), "activity_name": .string(activityName ?? activity.caption),
            "category_uid": .integer(Self.category), "category_name": "Application Activity",
            "class_uid": .integer(Self.classIdentifier), "class_name": "API Activity",
            "type_uid": .integer(Self.classIdentifier * 100 + activity.rawValue),
            "type_name": .string("API Activity: \(activity.caption)"),
            "severity_id": .integer(severity.rawValue), "severity": .string(severity.caption),
            "status_id": .integer(status.rawValue), "status": .string(status.caption),
            "action_id": .integer(disposition.action.identifier), "action": .string(disposition.action.caption),
            "disposition_id": .integer(disposition.disposition.identifier),
            "disposition": .string(disposition.disposition.caption),
            "is_alert": .bool(isAlert),
            "time": .integer(entry.time?.millisecondsSince1970 ?? 0),
            "message": .string(message),
            "metadata": metadata(entry, origin, part), "actor": actor(entry), "api": api(entry),
            "src_endpoint": source(entry),
        ]
        object["status_code"] = statusCode.map(JSON.string)
        object["status_detail"] = statusDetail.map(JSON.string)
        object["count"] = count.map(JSON.integer)
        object["duration"] = duration.map(JSON.integer)
        let resources = Self.resources(entry)
        if !resources.isEmpty { object["resources"] = .array(resources) }
        let rest = Self.unmapped(entry)
        if !rest.isEmpty { object["unmapped"] = .object(rest) }
        return .object(object)
    }

    // MARK: Objects

    private func metadata(_ entry: ExportedEntry, _ origin: String, _ part: Int) -> JSON {
        var object: JSONObject = [
            "version": .string(Self.version), "profiles": ["security_control"],
            "product": [
                "name": .string(Exports.product), "vendor_name": .string(Exports.product),
                "version": .string(Exports.version),
            ],
            "uid": .string(part == 0 ? "\(origin)/\(entry.index)" : "\(origin)/\(entry.index)/\(part)"),
            "log_name": "ledger", "log_provider": .string(origin), "event_code": .string(entry.kind),
            "sequence": .integer(Int64(clamping: entry.index)),
        ]
        object["original_time"] = entry["time"]
        if let run = entry.run { object["correlation_uid"] = .string([run, entry.text("call")].joined(by: "/")) }
        return .object(object)
    }

    /// On whose behalf: at least one of the members has to be there, and the application always is.
    private func actor(_ entry: ExportedEntry) -> JSON {
        var object: JSONObject = ["app_name": .string(entry.text("agentName") ?? "agent")]
        if let name = entry.text("principal") ?? entry.text("approver") {
            var user: JSONObject = ["name": .string(name), "type_id": 1, "type": "User"]
            if name.contains("@") { user["email_addr"] = .string(name) }
            object["user"] = .object(user)
        }
        if let run = entry.run {
            object["app_uid"] = .string(run)
            object["session"] = ["uid": .string(run)]
        }
        if let effect = entry.text("effect"), let task = entry.text("task") {
            var policy: JSONObject = ["name": .string(task), "is_applied": true]
            policy["uid"] = entry["intentDigest"]
            object["authorizations"] = [["decision": .string(effect), "policy": .object(policy)]]
        }
        return .object(object)
    }

    private func api(_ entry: ExportedEntry) -> JSON {
        var object: JSONObject = ["operation": .string(operation), "group": ["name": .string(entry.kind)]]
        let server = entry["server"]?["name"] ?? entry.outcome?["server"]?["name"]
        object["service"] = ["name": server ?? .string("agentbox registry")]
        object["request"] = request.map { ["uid": .string($0)] }
        object["response"] = response
        return .object(object)
    }

    /// Where the call comes from: the agent's side of the registry. There is no address: the way is a socket of the host.
    private func source(_ entry: ExportedEntry) -> JSON {
        var object: JSONObject = ["name": .string(entry.text("agentName") ?? "agent")]
        object["uid"] = entry.run.map(JSON.string)
        return .object(object)
    }

    private static let mostResources = 64

    private static func resources(_ entry: ExportedEntry) -> [JSON] {
        entry.grants.prefix(mostResources).map { grant in
            ["name": .string(grant.subject), "type": .string(grant.word), "role_id": 1, "role": "Target"]
        }
    }

    private static let unmappedMembers = [
        "run", "task", "call", "agent", "intentDigest", "toolDigest", "profileDigest", "callDigest", "previousDigest",
        "labels", "decided", "server", "request", "rules", "assurance", "quorum", "role", "method", "key", "scope",
        "breakGlass", "shownDigest", "expires", "epoch", "ended", "truncatedBytes", "workspace", "version", "approval",
    ]

    private static func unmapped(_ entry: ExportedEntry) -> JSONObject {
        var object = JSONObject()
        for key in unmappedMembers { object[key] = entry[key] }
        if let rules = entry.decision?["rules"] { object["rules"] = rules }
        if let approval = entry.decision?["approval"] { object["approval"] = approval }
        for key in ["resources", "violations", "violationsOmitted", "changes", "changesOmitted", "unreported"] {
            guard let value = entry.outcome?[key] else { continue }
            object["outcome." + key] = value
        }
        return object
    }
}

extension [String?] {
    /// The texts that there are.
    fileprivate func joined(by separator: String) -> String { compactMap(\.self).joined(separator: separator) }
}
