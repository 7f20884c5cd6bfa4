import Glibc
import LinuxIO
import Manifests
import StrictJSON

/// All files that make a tool, opened once: what is hashed, compared and copied is one and the same.
struct OpenedTool {
    let name: ToolName
    /// Of a tool server: what stands before the names of its tools.
    let prefix: String?
    let manifest: [UInt8]
    let profile: [UInt8]
    let executable: Piece
    /// True if the executable is a program of the system's, which is not copied.
    let isSystem: Bool
    let interpreter: (piece: Piece, argument: String?)?
    let files: [Piece]

    /// One file.
    struct Piece {
        /// In the tool's folder of the store; of a system program, as it was named.
        let name: String
        /// Where it was found.
        let path: String
        let file: SharedDescriptor
    }

    init(_ source: ToolSource, _ installation: Installation) throws {
        name = source.name
        prefix = source.prefix
        manifest = try source.manifest.canonical()
        profile = try source.profile.canonical()
        (executable, isSystem, interpreter) = try Self.openExecutable(source, installation)

        let folder = try Folder(source.folder)
        var files: [Piece] = []
        for path in Set(source.files).sorted() {
            let piece = try Self.openBeside(path, in: folder, of: source)
            if path != executable.name {
                files.append(piece)
            } else if piece.path != executable.path {
                throw StoreError(
                    .invalidName, "tool `\(name)`: the file `\(path)` has the name of its executable",
                    remedy: "rename the file")
            }
        }
        self.files = files
    }

    private static func openExecutable(
        _ source: ToolSource, _ installation: Installation
    ) throws -> (Piece, isSystem: Bool, interpreter: (Piece, String?)?) {
        let (piece, isSystems) = try open(source.executable, source, installation)
        let format = try ExecutableFormat(
            head: try piece.file.read(count: ExecutableFormat.headSize, at: 0), piece.path)
        switch format {
        case .program:
            return (piece, isSystems, nil)
        case .script(let header):
            // A script is copied wherever it lies: its interpreter reads it by name, after it was verified.
            let name = isSystems ? lastName(piece.name) : piece.name
            let copied = Piece(name: name, path: piece.path, file: piece.file)
            return (copied, false, (try openInterpreter(header, of: piece.path), header.argument))
        }
    }

    private static func open(
        _ word: String, _ source: ToolSource, _ installation: Installation
    ) throws -> (Piece, isSystems: Bool) {
        if word.hasPrefix("./") {
            return (try openBeside(String(word.dropFirst(2)), in: try Folder(source.folder), of: source), false)
        }
        if word.hasPrefix("/") {
            let (file, path, isSystems) = try SystemProgram.open(word)
            return (Piece(name: isSystems ? word : lastName(path), path: path, file: file), isSystems)
        }
        guard word.hasPrefix("agentbox-"), !word.contains("/") else {
            throw StoreError(
                .notExecutable, "tool `\(source.name)`: `\(word)` names no executable",
                remedy: "write `agentbox-…`, `./x` beside the manifest, or an absolute path")
        }
        do throws(SystemError) {
            let file = try Folder(installation.programs).open(word, O_RDONLY).shared()
            return (Piece(name: word, path: installation.programs + "/" + word, file: file), false)
        } catch {
            guard error.errno == ENOENT else { throw error }
            throw StoreError(
                .notExecutable, "tool `\(source.name)`: there is no `\(word)` in `\(installation.programs)`",
                remedy: "agentbox's own executables lie there; write `./\(word)` for one beside the manifest")
        }
    }

    /// A file beside the manifest. No link is followed: it could lead to a file that its author cannot read himself.
    private static func openBeside(_ path: String, in folder: Folder, of source: ToolSource) throws -> Piece {
        let shown = "tool `\(source.name)`: `\(path)` beside its manifest"
        let file: SharedDescriptor
        do throws(SystemError) {
            file = try folder.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY).shared()
        } catch {
            switch error.errno {
            case ELOOP:
                throw StoreError(
                    .unsafePath, "\(shown) is a symbolic link or lies behind one", remedy: "name the file itself")
            case EXDEV:
                throw StoreError(
                    .unsafePath, "\(shown) leads out of the manifest's folder", remedy: "put the file into the folder")
            default:
                throw error
            }
        }
        guard try file.status().kind == .file else {
            throw StoreError(.unsafePath, "\(shown) is not a regular file", remedy: "name each file")
        }
        return Piece(name: path, path: folder.path + "/" + path, file: file)
    }

    private static func openInterpreter(_ header: ScriptHeader, of script: String) throws -> Piece {
        let (file, path, isSystems): (SharedDescriptor, String, Bool)
        do {
            (file, path, isSystems) = try SystemProgram.open(header.interpreter)
        } catch let error as SystemError {
            throw StoreError(
                .interpreter,
                "script `\(script)`: its interpreter `\(header.interpreter)` cannot be opened: \(error.message)",
                remedy: "install it, or name another")
        }
        guard isSystems else {
            throw StoreError(
                .interpreter,
                "script `\(script)`: its interpreter `\(path)` is not one that the system installed and only root can change",
                remedy: "name one of the system's, such as /usr/bin/python3")
        }
        let head = try file.read(count: ExecutableFormat.headSize, at: 0)
        guard try ExecutableFormat(head: head, path) == .program else {
            throw StoreError(
                .interpreter, "script `\(script)`: its interpreter `\(path)` is a script itself",
                remedy: "name a program")
        }
        return Piece(name: header.interpreter, path: path, file: file)
    }

    private static func lastName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
