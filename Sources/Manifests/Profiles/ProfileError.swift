import Diagnostics

/// Why a profile cannot be resolved.
package struct ProfileError: Diagnostic, Hashable {
    package let code: String
    package let message: String
    package let remedy: String?
    /// The profile whose line is wrong, and the line's key; nil if it is whoever asked for the profile.
    package var place: Place?

    package struct Place: Sendable {
        package let profile: ProfileName
        package let key: String
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }

    static func unknown(_ name: ProfileName, extendedBy child: ProfileName?, among known: [String]) -> Self {
        Self(
            code: "unknown-profile",
            message: "there is no sandbox profile `\(name)`" + (child.map { ", which `\($0)` extends" } ?? ""),
            remedy: Nearest.advice(for: name.rawValue, among: known)
                ?? "`agentbox sandbox list` shows the profiles; `--sandboxes DIR` adds a folder of them",
            place: child.map { Place(profile: $0, key: "extends") })
    }

    static func cycle(_ chain: [ProfileName]) -> Self {
        Self(
            code: "profile-cycle",
            message: "the profile `\(chain[0])` extends itself: " + chain.map { "`\($0)`" }.joined(separator: " → "),
            remedy: "remove one `extends`", place: Place(profile: chain[0], key: "extends"))
    }

    static func tooDeep(_ name: ProfileName, limit: Int) -> Self {
        Self(
            code: "profile-depth",
            message: "the profile `\(name)` extends a chain of more than \(limit) profiles, which nobody can review",
            remedy: "write the profile out", place: Place(profile: name, key: "extends"))
    }

    static func incomplete(_ name: ProfileName, _ missing: [String]) -> Self {
        Self(
            code: "profile-incomplete",
            message: "the profile `\(name)` does not say \(VisibleText.list(missing, conjunction: "and")), nor does "
                + "what it extends",
            remedy: "set it, or write `extends: base`", place: Place(profile: name, key: "name"))
    }

    static func viewOfAll(_ name: ProfileName) -> Self {
        Self(
            code: "profile-view",
            message: "the profile `\(name)` hides the names of the workspace (`view: own`) and shows all of them "
                + "(`workspace: all`)",
            remedy: "write `workspace: granted`, or `view: shared`", place: Place(profile: name, key: "filesystem"))
    }

    static func notReadable(_ path: String, in name: ProfileName) -> Self {
        Self(
            code: "profile-exec",
            message:
                "the profile `\(name)` lets files of \(VisibleText.quoted(path)) be executed, and does not have it in "
                + "its view",
            remedy: "name it, or a folder above it, in `filesystem.read`",
            place: Place(profile: name, key: "filesystem"))
    }
}
