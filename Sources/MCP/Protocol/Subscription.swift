import StrictJSON

/// What a `subscriptions/listen` request wants to hear about, and what the server agrees to tell.
package struct SubscriptionFilter: Hashable, Sendable {
    package var toolsListChanged: Bool?
    package var promptsListChanged: Bool?
    package var resourcesListChanged: Bool?
    package var resourceSubscriptions: [String]?
    package var others = JSONObject()

    package init() {}
}

extension SubscriptionFilter: WireValue {
    package static let wireName = "`notifications`"

    package init(reading members: inout MemberReader) throws(MCPError) {
        toolsListChanged = try members.optionalBool("toolsListChanged")
        promptsListChanged = try members.optionalBool("promptsListChanged")
        resourcesListChanged = try members.optionalBool("resourcesListChanged")
        if members.rest["resourceSubscriptions"] != nil {
            resourceSubscriptions = try members.strings("resourceSubscriptions")
        }
        others = members.rest
    }

    package func write(_ members: inout JSONObject) {
        members["toolsListChanged"] = toolsListChanged.map(JSON.bool)
        members["promptsListChanged"] = promptsListChanged.map(JSON.bool)
        members["resourcesListChanged"] = resourcesListChanged.map(JSON.bool)
        members["resourceSubscriptions"] = resourceSubscriptions.map { .array($0.map(JSON.string)) }
        members.append(others)
    }
}
