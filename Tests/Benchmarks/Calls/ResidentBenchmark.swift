import Glibc
import LinuxIO

/// A call must not cost more because its host is large: whoever copies the host's page tables pays for them, as the
/// line with `fork` shows.
struct ResidentBenchmark {
    private static let size = 1 << 30
    /// How much more a call may take: what two measurements of one thing differ by.
    private static let goal = 1.15
    private let cold: TrueCall
    private let warm: TrueCall

    init(initPath: String, sandboxes: String) throws {
        cold = try TrueCall(initPath: initPath, sandboxes: sandboxes, isWarm: false)
        warm = try TrueCall(initPath: initPath, sandboxes: sandboxes, isWarm: true)
    }

    func report(blocks: Int = 3, rounds: Int = 40) async throws -> String {
        let subjects: [(name: String, isOurs: Bool, run: () async throws -> Void)] = [
            ("bare posix_spawn", false, { try SpawnedProgram([TrueCall.program]).run() }),
            ("bare fork and exec", false, { try Self.forkOnce() }),
            ("agentbox, cold", true, { try await cold.run() }), ("agentbox, warm", true, { try await warm.run() }),
        ]
        var small = subjects.map { CallRow(name: $0.name) }
        var large = small
        for _ in 0..<blocks {
            try await measure(subjects.map(\.run), rounds, &small)
            let memory = try Self.fill()
            try await measure(subjects.map(\.run), rounds, &large)
            munmap(memory, Self.size)
        }
        var lines = [left("", 20) + right("p50 µs", 9) + right("with 1 GiB", 12) + right("ratio", 9)]
        for index in subjects.indices {
            small[index].times.sort()
            large[index].times.sort()
            let ratio = large[index].median / small[index].median
            lines.append(
                left(subjects[index].name, 20) + right("\(Int(small[index].median))", 9)
                    + right("\(Int(large[index].median))", 12) + right(decimal(ratio), 9)
                    + (subjects[index].isOurs ? "  " + verdict(ratio, goal: Self.goal) : ""))
        }
        return lines.joined(separator: "\n")
    }

    private func measure(_ subjects: [() async throws -> Void], _ rounds: Int, _ rows: inout [CallRow]) async throws {
        for round in -5..<rounds {
            for index in subjects.indices {
                settle()
                let start = ContinuousClock.now
                try await subjects[index]()
                if round >= 0 { rows[index].times.append(microseconds(since: start)) }
            }
        }
    }

    /// Memory of which every page is there, in pages of the smallest size, as a heap that grew has it.
    private static func fill() throws -> UnsafeMutableRawPointer {
        let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else { throw SystemError.last("mmap") }
        madvise(memory, size, 15 /* MADV_NOHUGEPAGE */)
        for offset in stride(from: 0, to: size, by: 4096) {
            memory.storeBytes(of: 1, toByteOffset: offset, as: UInt8.self)
        }
        return memory
    }

    /// What nobody should do in a large process; Swift hides it, for good reasons.
    private static func forkOnce() throws {
        typealias Fork = @convention(c) () -> pid_t
        guard let symbol = dlsym(nil, "fork") else { throw SystemError(call: "dlsym", errno: ENOSYS) }
        let fork = unsafeBitCast(symbol, to: Fork.self)
        guard let program = strdup(TrueCall.program) else { throw SystemError.last("strdup") }
        defer { free(program) }
        let pid = withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<CChar>?.self, capacity: 2) { words in
            words[0] = program
            words[1] = nil
            let pid = fork()
            if pid == 0 {
                if let start = words.baseAddress { execv(program, start) }
                _exit(1)
            }
            return pid
        }
        guard pid > 0 else { throw SystemError.last("fork") }
        var status: Int32 = 0
        try retrying("waitpid") { waitpid(pid, &status, 0) }
    }
}
