import CObserve
import Glibc
import LinuxIO

/// Puts together what is heard of the workflow's processes. Used on one thread.
struct Watcher {
    /// What is known of one process since it became its program.
    private struct Seen {
        var program: String
        var parent: pid_t
        /// Indices of credentials.
        var has: Set<Int> = []
        /// What those had that it started.
        var helpersHave: Set<Int> = []
        var resolves: Set<String> = []
        /// By descriptor: what it asks a name server over.
        var nameServers: Set<Int32> = []
        var agent: String?
    }

    struct Credential {
        let place: Observation.Place
        var kind: SecretKind
        var purpose: String?
        var age: Duration?
        var programs: [String] = []
        /// `address:port`.
        var hosts: [String] = []
    }

    private let homes: [String]
    /// The command itself: what it starts is no helper of it.
    private let root: pid_t
    private var processes: [pid_t: Seen] = [:]
    /// By thread, until it starts another program.
    private var threads: [pid_t: pid_t] = [:]
    private(set) var credentials: [Credential] = []
    private var indices: [Observation.Place: Int] = [:]
    /// `address:port`, with who connected.
    private(set) var connections: [(place: String, programs: [String])] = []
    /// What was asked of name servers, and what stands in the words of programs.
    private(set) var names: Set<String> = []
    private(set) var isIncomplete = false

    private static let most = 4096
    private static let mostProcesses = 65_536

    init(homes: [String], root: pid_t) {
        self.root = root
        self.homes = homes
    }

    mutating func hear(_ notice: co_notice) {
        if notice.kind == CO_EXECUTE.rawValue {
            // What it becomes is looked at when it is next heard of.
            let process = threads[notice.thread] ?? ProcessFacts.process(of: notice.thread) ?? notice.thread
            processes[process] = nil
            threads[notice.thread] = nil
            return
        }
        guard let process = known(notice.thread) else { return }
        switch notice.kind {
        case Int32(CO_OPEN.rawValue): opened(notice, process)
        case Int32(CO_CONNECT.rawValue): connected(notice, process)
        case Int32(CO_SEND.rawValue):
            ask(Self.memory(notice.thread, notice.address, Int(min(notice.size, 512))))
        case Int32(CO_SEND_MANY.rawValue) where processes[process]?.nameServers.contains(notice.descriptor) == true:
            for message in 0..<min(notice.size, 4) { ask(Self.message(notice, at: message)) }
        default: break
        }
    }

    // MARK: processes

    private mutating func known(_ thread: pid_t) -> pid_t? {
        if let process = threads[thread], processes[process] != nil { return process }
        guard processes.count < Self.mostProcesses else {
            isIncomplete = true
            return nil
        }
        guard let process = ProcessFacts.process(of: thread) else { return nil }
        threads[thread] = process
        if processes[process] == nil {
            guard let facts = ProcessFacts(process) else { return nil }
            look(at: facts, process)
        }
        return process
    }

    private mutating func look(at facts: ProcessFacts, _ process: pid_t) {
        // It was started by its parent, as a copy: what that had read it has too.
        let inherited = (processes[facts.parent]?.has ?? []).filter { index in
            switch credentials[index].place {
            case .file, .agent: true
            // It has its own, which is looked at now.
            case .environment, .argument: false
            }
        }
        processes[process] = Seen(program: facts.program, parent: facts.parent, has: inherited)
        for (name, value) in facts.environment {
            if name == "SSH_AUTH_SOCK" { processes[process]?.agent = value }
            let kind = SecretKind.of(value)
            guard kind != nil || KnownPlaces.isSecret(variable: name, value: value) else { continue }
            add(.environment(name), kind ?? SecretKind("a secret by its name"), to: process)
        }
        for word in facts.words.dropFirst() {
            for part in word.split(whereSeparator: { " =\"'".contains($0) }) {
                if let host = Self.host(in: String(part)), names.count < Self.most { names.insert(host) }
                guard let kind = SecretKind.of(String(part)) else { continue }
                add(.argument(facts.program), kind, to: process)
            }
        }
    }

    private mutating func add(
        _ place: Observation.Place, _ kind: SecretKind, purpose: String? = nil, age: Duration? = nil, to process: pid_t
    ) {
        let index: Int
        if let known = indices[place] {
            index = known
        } else {
            guard credentials.count < Self.most else {
                isIncomplete = true
                return
            }
            index = credentials.count
            indices[place] = index
            credentials.append(Credential(place: place, kind: kind, purpose: purpose, age: age))
        }
        processes[process]?.has.insert(index)
        if case .environment = place {
        } else {
            var above = processes[process]?.parent ?? 0
            while above != root, let seen = processes[above], !seen.helpersHave.contains(index) {
                processes[above]?.helpersHave.insert(index)
                above = seen.parent
            }
        }
        let program = processes[process]?.program ?? "?"
        if !credentials[index].programs.contains(program) { credentials[index].programs.append(program) }
    }

    // MARK: files

    private mutating func opened(_ notice: co_notice, _ process: pid_t) {
        guard notice.flags & 0o3 != UInt64(O_WRONLY), notice.flags & UInt64(O_DIRECTORY) == 0,
            let path = path(of: notice, process), let purpose = KnownPlaces.purpose(of: path, homes: homes)
        else { return }
        // What cannot be read now was not read then: the kernel answers when this does not look any more.
        guard access(path, R_OK) == 0, let file = try? Descriptor.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY),
            let status = try? file.status(), status.kind == .file, let bytes = try? file.readAll(limit: 4 << 20)
        else { return }
        let seconds = Int64(time(nil)) - Self.modified(path)
        add(
            .file(path), SecretKind.of(file: bytes) ?? SecretKind("a secret by its place"), purpose: purpose,
            age: .seconds(max(0, seconds)), to: process)
    }

    private static func modified(_ path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_mtim.tv_sec) : Int64(time(nil))
    }

    private func path(of notice: co_notice, _ process: pid_t) -> String? {
        let bytes = Self.memory(notice.thread, notice.address, Int(PATH_MAX)).prefix { $0 != 0 }
        guard !bytes.isEmpty else { return nil }
        var path = String(decoding: bytes, as: UTF8.self)
        if !path.hasPrefix("/") {
            let folder = Int32(truncatingIfNeeded: notice.extra)
            let link = folder == AT_FDCWD ? "/proc/\(process)/cwd" : "/proc/\(process)/fd/\(folder)"
            guard let start = ProcessFacts.link(link), start.hasPrefix("/") else { return nil }
            path = start + "/" + path
        }
        // By the name that it was asked for: what is kept in a place by custom may be a link to elsewhere.
        guard path.contains("/./") || path.contains("//") || path.contains("/../") else { return path }
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    // MARK: connections

    private mutating func connected(_ notice: co_notice, _ process: pid_t) {
        let bytes = Self.memory(notice.thread, notice.address, Int(min(notice.size, 128)))
        guard bytes.count >= 2 else { return }
        switch Int32(bytes[0]) | Int32(bytes[1]) << 8 {
        case AF_UNIX:
            let name = String(decoding: bytes.dropFirst(2).prefix { $0 != 0 }, as: UTF8.self)
            guard let agent = KnownPlaces.agent(at: name, variable: processes[process]?.agent) else { return }
            guard access(name, F_OK) == 0 else { return }
            add(
                .agent(name), SecretKind(agent, lifetime: "as long as whoever answers there has its keys"), to: process)
        case AF_INET where bytes.count >= 8:
            let port = Int(bytes[2]) << 8 | Int(bytes[3])
            reached(bytes[4..<8].map(String.init).joined(separator: "."), port, notice, process)
        case AF_INET6 where bytes.count >= 24:
            let port = Int(bytes[2]) << 8 | Int(bytes[3])
            reached(Self.text(ofVersion6: Array(bytes[8..<24])), port, notice, process)
        default: break
        }
    }

    private static func text(ofVersion6 bytes: [UInt8]) -> String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(AF_INET6, bytes, &buffer, socklen_t(buffer.count)) != nil else { return "[?]" }
        return "[\(String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))]"
    }

    private mutating func reached(_ address: String, _ port: Int, _ notice: co_notice, _ process: pid_t) {
        // A name server; and port 0, by which libc asks which way an address is.
        if port == 53 { processes[process]?.nameServers.insert(notice.descriptor) }
        guard port != 53, port != 0, let seen = processes[process] else { return }
        let place = "\(address):\(port)"
        if let index = connections.firstIndex(where: { $0.place == place }) {
            if !connections[index].programs.contains(seen.program) { connections[index].programs.append(seen.program) }
        } else if connections.count < Self.most {
            connections.append((place, [seen.program]))
        } else {
            isIncomplete = true
        }
        // Whatever this process, or a helper that it started, has had by now.
        for index in seen.has.union(seen.helpersHave) where !credentials[index].hosts.contains(place) {
            credentials[index].hosts.append(place)
        }
    }

    private mutating func ask(_ bytes: [UInt8]) {
        guard names.count < Self.most, let name = DNSQuery.name(in: bytes) else { return }
        names.insert(name)
    }

    /// The first piece of a message of a list (`struct mmsghdr`, whose first member points to its pieces at 16).
    private static func message(_ notice: co_notice, at index: UInt64) -> [UInt8] {
        let header = memory(notice.thread, notice.address + index * 64 + 16, 8)
        guard header.count == 8 else { return [] }
        let piece = memory(notice.thread, number(header[...]), 16)
        guard piece.count == 16 else { return [] }
        return memory(notice.thread, number(piece[0..<8]), Int(min(number(piece[8..<16]), 512)))
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func memory(_ thread: pid_t, _ address: UInt64, _ size: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            filled = co_read(thread, address, buffer.baseAddress, size)
        }
    }

    /// Of a URL, or of `user@host:path`.
    static func host(in word: String) -> String? {
        guard word.utf8.count <= 4096 else { return nil }
        var rest = word[...]
        if let mark = word.range(of: "://") {
            rest = word[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        } else {
            guard let at = word.firstIndex(of: "@"), word[at...].contains(":") else { return nil }
        }
        if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        let host = rest.prefix { $0 != ":" }.lowercased()
        let isName = host.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E
        }
        return host.contains(".") && isName && host.utf8.count <= 253 ? host : nil
    }
}
