import Glibc

/// The bundled tasks: a folder a domain with its `tools.json`, in it a folder a task.
///
/// A task holds `intent.yaml`; `benign.jsonl` and `variant.jsonl`, two ways in which the work may go; and its
/// `attack-….jsonl`. Each opens with `agentbox intent replay`.
struct TaskFiles: Sendable, CustomStringConvertible {
    let domain: String
    let name: String

    static let root = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/") + "/Tasks"
    static let all: [TaskFiles] = names(in: root).flatMap { domain in
        names(in: root + "/" + domain).filter { !$0.hasSuffix(".json") }.map { TaskFiles(domain: domain, name: $0) }
    }

    var description: String { "\(domain)/\(name)" }
    var tools: String { "\(Self.root)/\(domain)/tools.json" }
    var intent: String { file("intent.yaml") }
    var benign: [String] { [file("benign.jsonl"), file("variant.jsonl")] }
    var attacks: [String] { Self.names(in: folder).filter { $0.hasPrefix("attack-") }.map(file) }

    private var folder: String { "\(Self.root)/\(domain)/\(name)" }

    private func file(_ name: String) -> String { folder + "/" + name }

    private static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
