import Glibc

/// What lies beneath a folder: each folder before what is in it, names in the order of their bytes. Symbolic links
/// are listed and never followed, so that a loop of them is no loop.
package struct TreeWalk {
    /// One thing found.
    package struct Entry {
        /// Relative to where the walk began.
        package let path: [UInt8]
        package let kind: Kind
        /// In bytes; of files.
        package let size: Int
        /// 1 for what lies directly in the folder.
        package let depth: Int
    }

    package enum Kind: String {
        case file, folder, link, other
    }

    /// Folders deeper than this are listed but not entered.
    package static let deepest = 64

    private let root: Int32
    private let skipsRepository: Bool
    /// What is still to be visited, last first.
    private var pending: [Entry] = []
    /// Folders that could not be read.
    package private(set) var unreadable = 0

    /// - Parameter skipsRepository: True to leave out everything called `.git`.
    package init(_ path: WorkspacePath, skipsRepository: Bool) throws(ToolError) {
        root = Glibc.open(path.relative, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard root >= 0 else {
            if errno == ENOTDIR {
                throw ToolError(
                    .notFound, "`\(path.relative)` is not a folder", remedy: "fs.read returns the text of a file")
            }
            throw ToolError.system(errno, "list", path.relative)
        }
        self.skipsRepository = skipsRepository
        guard let names = Self.names(in: root) else { throw ToolError.system(errno, "list", path.relative) }
        push(names, in: [], depth: 1)
    }

    /// The next entry; nil at the end. Folders at `depth` are not entered.
    package mutating func next(depth: Int = Self.deepest) -> Entry? {
        guard let entry = pending.popLast() else { return nil }
        if entry.kind == .folder, entry.depth < min(depth, Self.deepest) {
            // Opened by its whole path and closed again: few descriptors, however deep the tree is.
            let folder = Self.open(entry.path, in: root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            if folder >= 0, let names = Self.names(in: folder) {
                push(names, in: entry.path + [UInt8(ascii: "/")], depth: entry.depth + 1)
            } else {
                unreadable += 1
            }
            if folder >= 0 { close(folder) }
        }
        return entry
    }

    /// Opens a file of the walk. Nil if it cannot be read or is none any more.
    package func open(_ entry: Entry) -> OpenFile? {
        guard let path = String(validating: entry.path, as: UTF8.self) else { return nil }
        return try? OpenFile(path, in: root, O_RDONLY | O_NOFOLLOW, mode: 0, what: "read")
    }

    private mutating func push(_ names: [[UInt8]], in folder: [UInt8], depth: Int) {
        for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }).reversed() {
            if skipsRepository, name == Array(".git".utf8) { continue }
            let path = folder + name
            var status = stat()
            guard Self.withPath(path, { fstatat(root, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else { continue }
            let kind: Kind =
                switch status.st_mode & S_IFMT {
                case S_IFREG: .file
                case S_IFDIR: .folder
                case S_IFLNK: .link
                default: .other
                }
            pending.append(Entry(path: path, kind: kind, size: kind == .file ? Int(status.st_size) : 0, depth: depth))
        }
    }

    private static func names(in folder: Int32) -> [[UInt8]]? {
        // fdopendir takes the descriptor over.
        let copy = fcntl(folder, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0, let stream = fdopendir(copy) else { return nil }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [UInt8(ascii: ".")], name != Array("..".utf8) { names.append(name) }
        }
        return names
    }

    private static func open(_ path: [UInt8], in folder: Int32, _ flags: Int32) -> Int32 {
        withPath(path) { openat(folder, $0, flags | O_CLOEXEC) }
    }

    private static func withPath<Result>(_ path: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
        let terminated = path.map { CChar(bitPattern: $0) } + [0]
        return terminated.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { preconditionFailure("a terminated path is never empty") }
            return body(start)
        }
    }
}
