import StrictJSON
import TestSupport
import Testing

/// Something that the probe tries every operation on.
enum OperationTarget: String, CaseIterable {
    /// What the grant names, or what lies where a missing file would be made.
    case named, sibling, folder, deeper, elsewhere, root, outside, missing

    var word: String {
        switch self {
        case .folder, .root: "--on-folder"
        case .missing: "--on-missing"
        default: "--on-file"
        }
    }

    /// Files of the workspace, one of which is not there.
    static let files: [OperationTarget] = [.named, .sibling, .deeper, .elsewhere, .missing]

    /// Its path in the workspace; nil if it is a file of the host.
    var path: String? {
        switch self {
        case .named: "dir/named"
        case .sibling: "dir/sibling"
        case .folder: "dir"
        case .deeper: "dir/sub/deeper"
        case .elsewhere: "elsewhere"
        case .root: ""
        case .missing: "dir/missing"
        case .outside: nil
        }
    }
}

/// One grant, and what it lets a call do: for each target the operations that succeed. Whatever is not here is refused.
struct GrantOperations: CustomTestStringConvertible, Sendable {
    let word: String
    let path: String
    let profile: String
    let open: [OperationTarget: String]
    /// Of all the files that the call defaces at its end, those that are defaced on the host.
    var published: [OperationTarget] = []

    var testDescription: String { word }
    var tool: String { "probe.\(word.lowercased())" }

    func isOpen(_ operation: String, on target: OperationTarget) -> Bool {
        (open[target] ?? "").split(separator: " ").contains { $0 == operation }
    }

    // A read-only view: what is not granted has a name and a size (`stat`), and no more.
    private static let inView = "stat"
    // A layer: everything may be done to it, and executed nothing. What of it is published is another question.
    private static let written = "stat open-write truncate rename link unlink xattr chmod utime"
    private static let filled = "stat create mknod mkdir symlink xattr chmod utime"

    static let all: [GrantOperations] = [
        GrantOperations(
            word: "read", path: "dir/named", profile: "workspace-read",
            open: [
                .named: "stat open-read", .sibling: inView, .folder: inView, .deeper: inView, .elsewhere: inView,
                .root: inView,
            ]),
        GrantOperations(
            word: "list", path: "dir", profile: "workspace-read",
            open: [
                .folder: "stat readdir", .named: inView, .sibling: inView, .deeper: inView, .elsewhere: inView,
                .root: inView,
            ]),
        GrantOperations(
            word: "readUnder", path: "dir", profile: "workspace-read",
            open: [
                .folder: "stat readdir", .named: "stat open-read", .sibling: "stat open-read",
                .deeper: "stat open-read", .elsewhere: inView, .root: inView,
            ]),
        // A copy of the one file, in which the others have not even names.
        GrantOperations(
            word: "write", path: "dir/named", profile: "workspace-write",
            open: [
                .named: written + " open-read", .folder: filled + " readdir rename", .root: filled + " readdir",
                .missing: "create",
            ], published: [.named]),
        GrantOperations(
            word: "create", path: "dir/missing", profile: "workspace-write",
            open: [
                .folder: filled + " readdir rename", .root: filled + " readdir", .missing: "create",
            ], published: [.missing]),
        // An overlay of the whole workspace, of which only the folder can be read.
        GrantOperations(
            word: "writeUnder", path: "dir", profile: "workspace-write",
            open: [
                .named: written + " open-read", .sibling: written + " open-read", .deeper: written + " open-read",
                .elsewhere: written, .folder: filled + " readdir", .root: filled, .missing: "create",
            ], published: [.named, .sibling, .deeper, .missing]),
    ]
}
