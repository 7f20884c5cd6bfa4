/// Who signs with which key: ssh-keygen's allowed signers file (`ALLOWED SIGNERS` in its manual page), read so that a
/// security team keeps one file for both.
///
/// ```
/// # agentbox: role maintainer alice@example.com,bob@example.com
/// alice@example.com namespaces="approval@agentbox.dev" sk-ssh-ed25519@openssh.com AAAA…
/// *@example.com cert-authority,valid-before="20280101Z" ssh-ed25519 AAAA…
/// ```
///
/// What ssh-keygen has no option for stands in comments that begin with `# agentbox:`, which it skips: it refuses
/// options that it does not know. They are about names, not about lines, so sorting or merging a file cannot hand a role
/// to somebody else; and not behind a key, where a comment comes from whoever made it.
package struct AllowedSigners: Hashable, Sendable {
    let entries: [Entry]
    let directives: [Directive]

    /// A file without lines: nobody.
    package static let none = AllowedSigners(entries: [], directives: [])

    /// A key line.
    struct Entry: Hashable, Sendable {
        /// Patterns that a name has to match.
        var principals: PatternList
        var isAuthority: Bool
        var namespaces: PatternList?
        var validAfter: Moment?
        var validBefore: Moment?
        var key: SSHPublicKey
        var line: Int
    }

    /// `# agentbox: role ROLE NAMES`, `# agentbox: verify-required NAMES`, `# agentbox: webauthn NAME KIND ID KEY`.
    enum Directive: Hashable, Sendable {
        case role(String, PatternList)
        /// Their security keys have to verify the person, by PIN or fingerprint, too.
        case verifyRequired(PatternList)
        case webauthn(WebAuthnCredential)
    }

    /// True if the file gives that name the role.
    package func hasRole(_ role: String, _ name: String) -> Bool {
        directives.contains { directive in
            if case .role(role, let names) = directive { names.matches(name) } else { false }
        }
    }

    /// True if that name's security keys have to verify the person.
    package func requiresVerification(_ name: String) -> Bool {
        directives.contains { directive in
            if case .verifyRequired(let names) = directive { names.matches(name) } else { false }
        }
    }

    /// The browsers' credentials that the file lists for that name.
    package func credentials(of name: String) -> [WebAuthnCredential] { credentials.filter { $0.name == name } }

    func credential(_ id: [UInt8]) -> WebAuthnCredential? { credentials.first { $0.id == id } }

    var credentials: [WebAuthnCredential] {
        directives.compactMap { directive in
            if case .webauthn(let credential) = directive { credential } else { nil }
        }
    }

    /// The names, not the patterns, of the lines of a key.
    func plainNames(of key: SSHPublicKey) -> Set<String> {
        entries.reduce(into: []) { names, entry in
            if !entry.isAuthority, entry.key == key { names.formUnion(entry.principals.plainNames) }
        }
    }

    /// The names of the person with this name, itself among them: what one line gives to one key belongs to one person,
    /// over however many lines.
    package func aliases(of name: String) -> Set<String> {
        var names: Set<String> = [name.lowercased()]
        var grew = true
        while grew {
            grew = false
            for entry in entries where !entry.isAuthority {
                let own = entry.principals.plainNames
                if !names.isDisjoint(with: own), !own.isSubset(of: names) {
                    names.formUnion(own)
                    grew = true
                }
            }
        }
        return names
    }
}
