import Manifests

/// What programs were seen to use, from the traces of one or more runs.
package struct LearnedNeeds: Sendable {
    /// One thing that was needed: how often, and the first thing that needed it.
    package struct Need: Hashable, Sendable {
        package fileprivate(set) var count: UInt64
        /// `openat O_RDONLY /etc/passwd`
        package let example: String

        init(count: UInt64, example: String) {
            self.count = count
            self.example = example
        }
    }

    /// A value of an argument that profiles limit: `socket` 0 `AF_INET`.
    package struct ArgumentValue: Hashable, Sendable {
        package let call: String
        package let argument: Int
        package let value: UInt64

        /// The constant's name, or the number.
        package var text: String { ArgumentText.text(of: value, argument: argument, in: call) }
    }

    package private(set) var systemCalls: [String: Need] = [:]
    package private(set) var values: [ArgumentValue: Need] = [:]
    package private(set) var files: [FileAccess: Need] = [:]
    /// Files of the host that it asked for, that are there, and that the host keeps from it: no profile gives them.
    package private(set) var kept: [String: Need] = [:]
    /// Who was to be reached: `127.0.0.53:53`.
    package private(set) var addresses: [String: Need] = [:]
    /// Where sockets of its own were bound: `127.0.0.1:8080`.
    package private(set) var bound: [String: Need] = [:]
    /// What was asked for and refused all the same: no profile gives it but by its very name.
    package private(set) var refused: [String: Need] = [:]

    /// System calls of which profiles say which values of an argument may pass.
    private static let limited: [String: Int] = ["ioctl": 1, "prctl": 0, "socket": 0, "socketpair": 0]

    package init() {}

    package mutating func add(_ notices: [SystemCallNotice]) {
        for notice in notices { add(notice) }
    }

    /// A program that the kernel executed in the course of another: a script's interpreter, of which no trace tells.
    package mutating func addExecution(of path: String, by script: String) {
        let need = Need(count: 1, example: "the interpreter of \(script)")
        Self.count(need, as: FileAccess(use: .execute, path: HostPath.canonical(path), isFound: true), in: &files)
    }

    /// Sets aside what a call could not have used. Blocking.
    ///
    /// - Parameter permits: Whether the host lets a call use it.
    package mutating func setAsideKept(_ permits: (FileAccess) -> Bool = { HostAccess.permits($0) }) {
        for (access, need) in files where !permits(access) {
            files[access] = nil
            Self.count(need, as: access.path, in: &kept)
        }
    }

    /// Whom nobody but the call itself answered: its own loopback.
    private func isOwn(_ address: String) -> Bool {
        guard address.hasPrefix("127.") || address.hasPrefix("[::1]"), let colon = address.lastIndex(of: ":") else {
            return false
        }
        return bound.keys.contains { $0.hasSuffix(String(address[colon...])) }
    }

    /// Who was to be reached and is not the call itself.
    package var strangers: [String: Need] { addresses.filter { !isOwn($0.key) } }

    private mutating func add(_ notice: SystemCallNotice) {
        let table = SystemCallTable.of(.host)
        let need = Need(count: notice.count, example: notice.words.joined(separator: " "))
        guard notice.refusal == nil else {
            if !table.answersAsOlderKernel(notice.name) { Self.count(need, as: Self.refusedName(notice), in: &refused) }
            return
        }
        Self.count(need, as: notice.name, in: &systemCalls)
        if let argument = Self.limited[notice.name],
            let value = notice.values.first(where: { $0.argument == argument })?.value
        {
            let low = UInt64(UInt32(truncatingIfNeeded: value))
            Self.count(need, as: ArgumentValue(call: notice.name, argument: argument, value: low), in: &values)
        }
        for access in FileAccess.all(of: notice) { Self.count(need, as: access, in: &files) }
        for text in notice.texts where text.kind == .address && !text.text.isEmpty {
            let address = SocketAddressText.text(ofHexadecimal: text.text)
            if notice.name == "bind" {
                // Of the internet: where others are bound matters to nobody.
                if SocketAddressText.port(ofHexadecimal: text.text) != nil { Self.count(need, as: address, in: &bound) }
            } else {
                Self.count(need, as: address, in: &addresses)
            }
        }
    }

    private static func refusedName(_ notice: SystemCallNotice) -> String {
        guard let argument = limited[notice.name],
            let value = notice.values.first(where: { $0.argument == argument })?.value
        else { return notice.name }
        return "\(notice.name)(\(ArgumentText.text(of: value, argument: argument, in: notice.name)))"
    }

    private static func count<Key>(_ need: Need, as key: Key, in needs: inout [Key: Need]) {
        needs[key, default: Need(count: 0, example: need.example)].count += need.count
    }
}
