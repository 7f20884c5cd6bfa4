import CEgress

/// # CredentialSources
///
/// The sources of credentials that speak with a server. They run in `agentbox-credentials`, in a box with the host's
/// network and no files but the trust store, and hold nothing between two requests: what a source needs comes with each.
package enum CredentialSources {
    /// Has names of servers resolved as the host does. To be called first.
    package static func useNameServers() { _ = ce_use_name_servers() }
}
