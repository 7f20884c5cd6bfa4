/// Where a tile of a log lies (C2SP tlog-tiles): `tile/LEVEL/N` with the hashes of 256 subtrees, `tile/entries/N` with 256
/// entries, and `….p/WIDTH` for one that is not full yet.
struct TilePath: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// Hashes of subtrees of 256^`level` entries each.
        case hashes(level: Int)
        case entries
    }

    static let width = 256

    let kind: Kind
    let number: UInt64
    /// Hashes or entries in it, 1 to 256.
    let width: Int

    /// Relative to the log's folder.
    var path: String { width == Self.width ? full : "\(full).p/\(width)" }

    /// Of the full tile.
    var full: String {
        let kind =
            switch kind {
            case .hashes(let level): String(level)
            case .entries: "entries"
            }
        return "tile/\(kind)/\(Self.elements(number))"
    }

    /// Of the folder with those that were not full, which the full one replaces.
    var partials: String { full + ".p" }

    /// Three digits an element, all but the last one after an `x`: `x001/x234/067`.
    private static func elements(_ number: UInt64) -> String {
        var rest = number
        var text = padded(rest % 1000)
        rest /= 1000
        while rest > 0 {
            text = "x\(padded(rest % 1000))/\(text)"
            rest /= 1000
        }
        return text
    }

    private static func padded(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 3 - digits.count) + digits
    }

    /// All tiles of a tree of `size` entries with hashes, those of the lowest level first.
    static func hashTiles(of size: UInt64) -> [TilePath] {
        var tiles: [TilePath] = []
        var count = size
        var level = 0
        while count > 0 {
            for number in 0..<count / 256 {
                tiles.append(TilePath(kind: .hashes(level: level), number: number, width: 256))
            }
            if count % 256 > 0 {
                tiles.append(TilePath(kind: .hashes(level: level), number: count / 256, width: Int(count % 256)))
            }
            count /= 256
            level += 1
        }
        return tiles
    }
}
