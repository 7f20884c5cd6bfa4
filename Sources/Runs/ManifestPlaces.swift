import Manifests

/// Where the keys of one manifest stand.
struct ManifestPlaces {
    let file: String
    private let tree: Located?

    enum Step {
        case key(String)
        case index(Int)
    }

    /// - Parameter bytes: Of a manifest that loaded.
    init(_ bytes: [UInt8], file: String) {
        self.file = file
        tree = try? ManifestFile.parse(bytes, file: file)
    }

    /// - Parameter file: Of a manifest that loaded. Blocking.
    init(file: String) {
        self.file = file
        tree = try? ManifestFile.read(file)
    }

    /// Of a tool, or of the server that offers it.
    init(_ entry: ToolCatalog.Entry) {
        if entry.server == nil { self.init(entry.bytes, file: entry.file) } else { self.init(file: entry.file) }
    }

    /// A problem with what stands there, or else with what it would stand in.
    func problem(
        at steps: [Step], _ code: ManifestProblem.Code, _ message: String, suggestion: String?
    ) -> ManifestProblem {
        var found = tree
        var position = tree?.position
        for step in steps {
            switch step {
            case .key(let key): found = found?[key]
            case .index(let index): found = found?[index]
            }
            position = found?.position ?? position
        }
        let key = steps.reduce("") { path, step in
            switch step {
            case .key(let key): path.isEmpty ? key : "\(path).\(key)"
            case .index(let index): "\(path)[\(index)]"
            }
        }
        return ManifestProblem(
            file: file, line: position?.line ?? 1, column: position?.column ?? 1, key: key, message: message,
            suggestion: suggestion, code: code)
    }
}

extension ManifestPlaces.Step: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self = .key(value) }
}
