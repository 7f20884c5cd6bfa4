import Glibc
import LinuxIO
import Manifests
import Sandbox

// Publishes one generation after another until it is killed: `LayerTestHelper WORKSPACE HOME RUN FIRST [LAST [EXTRA]]`.
// Generation n puts its number into three files, changes a mode, makes the folder gen-n, with EXTRA more files, and removes
// the one before. It prints each number when that generation is published, and what came of one that was not.

let words = CommandLine.arguments
guard words.count >= 5, var generation = Int(words[4]) else { exit(2) }
let last = words.count > 5 ? Int(words[5]) ?? 0 : .max
let extra = words.count > 6 ? Int(words[6]) ?? 0 : 0

func put(_ text: String, _ path: String) throws {
    let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
    try file.writeAll(Array(text.utf8))
}

func publish(_ generation: Int, _ layers: RunLayers) async throws {
    let root = try layers.workspace.resolve(".", for: .writeUnder)
    let grant = ResolvedGrant(word: .writeUnder, path: root, program: nil, gitPart: nil)
    guard
        let layer = try await layers.prepare(
            for: [grant], workspace: .all, owner: LayerOwner(user: geteuid(), group: getegid())),
        case .overlay(_, let upper, _) = layer.mount
    else { exit(3) }
    let path = "/proc/self/fd/\(upper.raw)"
    // What an overlay would hold after the call: no mount is needed to write it.
    try retrying("mkdir") { mkdir(path + "/dir", 0o755) }
    for file in ["a.txt", "b.txt", "dir/c.txt"] { try put("\(generation)\n", path + "/" + file) }
    try retrying("mkdir") { mkdir(path + "/gen-\(generation)", 0o755) }
    chmod(path + "/gen-\(generation)", 0o700)
    for number in 0..<3 + extra { try put("\(generation)\n", path + "/gen-\(generation)/\(number)") }
    try retrying("mknod") { mknod(path + "/gen-\(generation - 1)", S_IFCHR, 0) }
    let outcome = await layer.publish(as: ChangeOrigin(tool: "test", call: "\(generation)"))
    guard case .published = outcome else {
        print("\(outcome)")
        exit(4)
    }
}

let layers = try RunLayers(runDirectory: words[3], workspace: try WorkspaceRoot(words[1], home: words[2]))
while generation <= last {
    try await publish(generation, layers)
    try BorrowedDescriptor.standardOutput.writeAll(Array("\(generation)\n".utf8))
    generation += 1
}
await layers.finish()
