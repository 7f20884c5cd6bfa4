/// What a server says of itself and how it deals with its clients.
package struct MCPServerSettings: Sendable {
    package var info: Implementation
    /// Guidance for the model: what these tools are for, and what a denial means.
    package var instructions: String?
    package var limits = MCPLimits()
    /// Tools on one page of `tools/list`. Large, since some clients read the first page only.
    package var pageSize = 200
    /// Bytes of tools on one page.
    package var pageBytes = 2 << 20
    /// For how long a client may keep a list of tools (`ttlMs`).
    package var freshness = Duration.seconds(60)

    package init(info: Implementation, instructions: String? = nil) {
        self.info = info
        self.instructions = instructions
    }
}
