/// Where a secret that a source itself needs is kept: never in the manifest.
package enum SecretReference: Hashable, Sendable {
    /// An absolute path; only its owner may be able to read it.
    case file(String)
    /// A variable of the environment that agentbox was started in.
    case environment(String)
    /// An entry of the password store.
    case pass(String)
    /// An item of the desktop's keyring, by its attributes.
    case secretService([String: String])

    /// For people: where it is, never what.
    package var place: String {
        switch self {
        case .file(let path): "the file `\(path)`"
        case .environment(let name): "the variable `\(name)`"
        case .pass(let entry): "the entry `\(entry)` of pass"
        case .secretService: "the desktop's keyring"
        }
    }
}
