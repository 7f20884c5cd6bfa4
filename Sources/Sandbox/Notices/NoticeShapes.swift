import CSandbox

/// What of the arguments of a system call matters to people, and so is read by agentbox-init and reported.
enum NoticeShapes {
    /// Of one system call.
    struct Shape: Hashable, Sendable {
        enum Kind: Hashable, Sendable {
            case text
            /// From the working directory, or from the folder that an argument is a descriptor of.
            case path(folder: Int?)
            case address
        }

        struct Text: Hashable, Sendable {
            let kind: Kind
            let argument: Int
        }

        /// Arguments that are values, in order.
        var values: [Int] = []
        /// At most two.
        var texts: [Text] = []
    }

    /// By the names of system calls; one that is not here is known by its name alone.
    static let byName: [String: Shape] = {
        var shapes: [String: Shape] = [:]
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let name = words.first else { continue }
            shapes[String(name)] = shape(words.dropFirst())
        }
        return shapes
    }()

    private static func shape(_ words: some Sequence<Substring>) -> Shape {
        var shape = Shape()
        for word in words {
            if let value = Int(word) {
                shape.values.append(value)
                continue
            }
            let parts = word.dropFirst().split(separator: "@")
            guard let argument = parts.first.flatMap({ Int($0) }) else { continue }
            let kind: Shape.Kind =
                switch word.first {
                case "s": .text
                case "a": .address
                default: .path(folder: parts.count > 1 ? Int(parts[1]) : nil)
                }
            shape.texts.append(.init(kind: kind, argument: argument))
        }
        return shape
    }

    /// As a plan holds them, in the order of their numbers.
    static func entries(in table: SystemCallTable) -> [notice_shape] {
        var entries: [notice_shape] = []
        for (name, shape) in byName {
            guard let number = table.numbers[name] else { continue }
            var entry = notice_shape()
            entry.number = number
            entry.values = shape.values.reduce(0) { $0 | 1 << UInt32($1) }
            if let first = shape.texts.first { entry.texts.0 = plan(first) }
            if shape.texts.count > 1 { entry.texts.1 = plan(shape.texts[1]) }
            entries.append(entry)
        }
        return entries.sorted { $0.number < $1.number }
    }

    private static func plan(_ text: Shape.Text) -> text_shape {
        var entry = text_shape(kind: 0, argument: UInt32(text.argument), folder: -1)
        switch text.kind {
        case .text: entry.kind = TEXT_STRING.rawValue
        case .address: entry.kind = TEXT_ADDRESS.rawValue
        case .path(let folder):
            entry.kind = TEXT_PATH.rawValue
            entry.folder = Int32(folder ?? -1)
        }
        return entry
    }
}
