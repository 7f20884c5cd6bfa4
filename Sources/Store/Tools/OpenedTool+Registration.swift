import LinuxIO
import Manifests
import StrictJSON

extension OpenedTool {
    /// What the tool's name would mean, with digests as `digest` finds them.
    ///
    /// - Parameter digest: Of a file, and what the file was then; `kind` is nil for a program that is not copied.
    func registration(
        at time: Timestamp = .now(),
        _ digest: (_ piece: Piece, _ kind: ContentStore.Kind?) throws -> (digest: Digest, stamp: FileStamp)
    ) throws -> Registration {
        var sources: [String: Registration.Source] = [:]
        func take(_ piece: Piece, _ kind: ContentStore.Kind?) throws -> (digest: Digest, stamp: FileStamp) {
            let found = try digest(piece, kind)
            if found.stamp.isSettled {
                sources[piece.path] = Registration.Source(stamp: found.stamp, digest: found.digest)
            }
            return found
        }
        func system(_ piece: Piece) throws -> SystemProgram {
            let found = try take(piece, nil)
            return SystemProgram(name: piece.name, path: piece.path, digest: found.digest, stamp: found.stamp)
        }
        let executable: Registration.Executable =
            isSystem
            ? .system(try system(self.executable))
            : .stored(name: self.executable.name, digest: try take(self.executable, .executable).digest)
        let interpreter = try self.interpreter.map {
            Registration.Interpreter(program: try system($0.piece), argument: $0.argument)
        }
        let files = try self.files.map { Registration.File(path: $0.name, digest: try take($0, .data).digest) }
        return try Registration(
            name: name, manifestDigest: .of(manifest), profileDigest: .of(profile), executable: executable,
            interpreter: interpreter, files: files, prefix: prefix, sources: sources, registeredAt: time)
    }
}
