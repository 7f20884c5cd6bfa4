import Glibc
import LinuxIO

/// Everything that a call left in its layer, read as what it is: data that a stranger arranged to fool its reader.
///
/// No link is followed and nothing but folders is opened; each name is one look-up in a folder that is held open.
/// Every process of the call is gone, so what was seen does not change. Links to one inode are files of their own:
/// nothing outside of a layer can be linked into it, since a link cannot cross mounts.
struct LayerWalk {
    private(set) var entries: [LayerEntry] = []
    private(set) var violations = ViolationList()
    private let limits: LayerLimits
    private let isOverlay: Bool
    private var names: Int
    private var bytes: Int

    /// Reads the tree beneath `root`.
    ///
    /// - Parameters:
    ///   - prefix: Where it stands in the workspace; empty, or with a `/` at the end.
    ///   - other: One of the same layer, with which it has the limits in common.
    init(
        _ root: SharedDescriptor, limits: LayerLimits, isOverlay: Bool, at prefix: String = "",
        after other: LayerWalk? = nil
    ) throws(LayerError) {
        self.limits = limits
        self.isOverlay = isOverlay
        names = other?.names ?? 0
        bytes = other?.bytes ?? 0
        do {
            try walk(root, prefix, 1)
        } catch let error as LayerError {
            throw error
        } catch let error as SystemError {
            throw LayerError("read what the call wrote", error)
        } catch {
            throw LayerError(.systemFailure, "could not read what the call wrote: \(error)")
        }
    }

    private mutating func walk(
        _ folder: borrowing some OpenDescriptor & ~Copyable, _ prefix: String, _ depth: Int
    ) throws {
        guard depth <= limits.depth else {
            throw LayerError(.layerTooLarge, "the call made folders more than \(limits.depth) deep")
        }
        for bytes in try listed(folder) {
            guard let name = String(validating: bytes, as: UTF8.self) else {
                violations.add("create", prefix + Self.escaped(bytes), "the name is not UTF-8")
                continue
            }
            guard let inode = try folder.inode(name) else { continue }
            let status = try inode.status()
            let path = prefix + name
            switch kind(of: status) {
            case .directory: try walkInto(inode, status, path, depth)
            case .link: try add(path, .link, status, linkText: folder.link(name))
            case let kind: try add(path, kind, status)
            }
        }
    }

    private mutating func walkInto(
        _ inode: borrowing Descriptor, _ status: FileStatus, _ path: String, _ depth: Int
    ) throws {
        // The call may have closed its own folder; it is gone, and the host wants to look.
        if status.permissions & 0o700 != 0o700 { try inode.setMode(status.permissions & 0o777 | 0o700) }
        var isOpaque = false
        if isOverlay {
            let open = try inode.reopened(O_RDONLY | O_DIRECTORY)
            isOpaque = try open.attribute(OverlayAttribute.opaque).map { $0 != [] } ?? false
            if let name = try open.attributeNames().first(where: OverlayAttribute.forbidden.contains) {
                violations.add("setxattr", path, "`\(name)` would show the host another folder than the call saw")
                return
            }
        }
        try add(path, .directory, status, isOpaque: isOpaque)
        try walk(inode, path + "/", depth + 1)
    }

    private func kind(of status: FileStatus) -> LayerEntry.Kind {
        switch status.kind {
        case .file: .file
        case .directory: .directory
        case .symbolicLink: .link
        case .other:
            isOverlay && status.mode & S_IFMT == S_IFCHR && status.specialDevice == 0 ? .whiteout : .special
        }
    }

    private mutating func add(
        _ path: String, _ kind: LayerEntry.Kind, _ status: FileStatus, linkText: String? = nil, isOpaque: Bool = false
    ) throws(LayerError) {
        if kind == .file { bytes += Int(status.size) }
        guard bytes <= limits.bytes.bytes else {
            throw LayerError(
                .layerTooLarge, "the call wrote more than \(limits.bytes.bytes) bytes",
                remedy: "let the tool write large files to /tmp, or split the call")
        }
        entries.append(LayerEntry(path: path, kind: kind, status: status, linkText: linkText, isOpaque: isOpaque))
    }

    private mutating func listed(_ folder: borrowing some OpenDescriptor & ~Copyable) throws -> [[UInt8]] {
        let found = try folder.names(atMost: limits.entries - names + 1)
        names += found.count
        guard names <= limits.entries else {
            throw LayerError(.layerTooLarge, "the call left more than \(limits.entries) names")
        }
        return found.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Bytes beyond ASCII as `\xNN`, so that the name can be shown.
    private static func escaped(_ bytes: [UInt8]) -> String {
        bytes.reduce(into: "") { text, byte in
            if byte < 0x80 {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "\\x" + String(byte, radix: 16)
            }
        }
    }
}

/// One name in a layer.
struct LayerEntry {
    let path: String
    let kind: Kind
    let status: FileStatus
    /// Of a link; nil too if it is not UTF-8.
    let linkText: String?
    /// Of a folder in an overlay: what the workspace has in the folder of that name is gone.
    let isOpaque: Bool

    enum Kind {
        case file, directory, link
        /// Overlay's mark of a removed name.
        case whiteout
        /// A FIFO, a socket or a device.
        case special
    }
}

/// Violations of one layer, up to a number that a person can read.
struct ViolationList {
    private static let most = 100
    private var kept: [Violation] = []
    private var dropped = 0
    /// The first in `.git`, kept or not.
    private(set) var inRepository: String?

    mutating func add(_ operation: String, _ path: String, _ detail: String) {
        if inRepository == nil, GitCoverage.owns(path) { inRepository = path }
        guard kept.count < Self.most else {
            dropped += 1
            return
        }
        kept.append(Violation(layer: "layer", operation: operation, path: path, detail: detail))
    }

    mutating func add(_ other: ViolationList) {
        for violation in other.kept { add(violation.operation, violation.path ?? "", violation.detail) }
        dropped += other.dropped
        inRepository = inRepository ?? other.inRepository
    }

    var all: [Violation] {
        if dropped == 0 { return kept }
        let rest = Violation(layer: "layer", operation: "create", detail: "\(dropped) more were discarded likewise")
        return kept + [rest]
    }
}
