import Glibc
import LinuxIO

/// What changed in one file, to show to a person. The text is a stranger's: make its control characters visible.
package enum FileDiff: Hashable, Sendable {
    /// In the unified format; empty if only the mode changed.
    case text(String)
    /// A content that is no text.
    case binary
    /// A content too large to compare line by line.
    case tooLarge
    /// A content that was not kept.
    case unknown
    /// A folder.
    case none

    /// The largest content that is compared, in bytes.
    package static let largest = 1 << 20

    /// One of the two contents.
    package enum Side: Hashable, Sendable {
        case absent
        case bytes([UInt8])
        case tooLarge
        case unknown
    }

    package init(_ change: WorkspaceChange, old: Side, new: Side) {
        if change.entry == .directory {
            self = .none
            return
        }
        if old == .tooLarge || new == .tooLarge {
            self = .tooLarge
        } else if old == .unknown || new == .unknown {
            self = .unknown
        } else {
            self = UnifiedDiff.text(old: old.content, new: new.content, path: change.path).map { .text($0) } ?? .binary
        }
    }

    static func side(of source: ContentSource, size: Int?, _ limit: Int) throws(LayerError) -> Side {
        guard let size, size <= limit else { return .tooLarge }
        do {
            return .bytes(try source.open().readAll(limit: limit))
        } catch {
            if error.errno == EFBIG { return .tooLarge }
            throw LayerError("read `\(source.path)` to show it", error)
        }
    }
}

extension FileDiff.Side {
    var content: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }
}
