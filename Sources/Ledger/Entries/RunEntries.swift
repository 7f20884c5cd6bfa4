import LinuxIO
import StrictJSON

/// A run began.
package struct RunStartedEntry: LedgerEntry {
    package static let kind = "run-started"

    package var time: Timestamp
    package var context: RunContext
    /// The workspace's path on the host; nil if the intent has none.
    package var workspace: String?
    /// What the agent was started with; empty where agentbox did not start it.
    package var command: [String]
    /// The version of agentbox.
    package var version: String
    /// The path of the intent's manifest on the host; nil if it had none.
    package var manifest: String?

    package init(
        time: Timestamp = .now(), context: RunContext, workspace: String?, command: [String], version: String,
        manifest: String? = nil
    ) {
        self.time = time
        self.context = context
        self.workspace = workspace
        self.command = command
        self.version = version
        self.manifest = manifest
    }

    package var members: JSONObject {
        var object = JSONObject()
        context.write(to: &object)
        object["workspace"] = workspace.map(JSON.string)
        object["command"] = .array(command.map(JSON.string))
        object["version"] = .string(version)
        object["manifest"] = manifest.map(JSON.string)
        return object
    }

    package init(members: EntryMembers) throws(LedgerError) {
        time = try members.time()
        context = try RunContext(members)
        workspace = try members.optionalString("workspace")
        command = try members.strings("command")
        version = try members.string("version")
        manifest = try members.optionalString("manifest")
    }
}

/// A run ended.
package struct RunEndedEntry: LedgerEntry {
    package static let kind = "run-ended"

    package var time: Timestamp
    package var context: RunContext
    /// How the agent ended, and how many calls were allowed and denied.
    package var outcome: JSON

    package init(time: Timestamp = .now(), context: RunContext, outcome: JSON) {
        self.time = time
        self.context = context
        self.outcome = outcome
    }

    package var members: JSONObject {
        var object = JSONObject()
        context.write(to: &object)
        object["outcome"] = outcome
        return object
    }

    package init(members: EntryMembers) throws(LedgerError) {
        time = try members.time()
        context = try RunContext(members)
        outcome = try members.value("outcome")
    }
}
