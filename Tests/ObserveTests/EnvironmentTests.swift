import TestSupport
import Testing

@Suite("What a program reads of its environment is heard where its C library looks it up")
struct EnvironmentTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func lines(_ words: [String]) throws -> (lines: Set<String>, status: Int32) {
        let helper = try HelperProcess.built("agentbox-observe")
        let result = Command.run([helper, "environment"] + words, environment: ["PATH": "/usr/bin:/bin", "A": "1"])
        return (Set(result.output.split(separator: "\n").map(String.init)), result.status)
    }

    private func compile(_ source: String, _ options: String...) throws -> String {
        let path = try folder.write("program.c", source)
        let program = folder("program")
        let result = Command.run(["/usr/bin/gcc", "-o", program, path] + options)
        try #require(result.status == 0, "\(result)")
        return program
    }

    private static let source = """
        #include <stdlib.h>
        #include <sys/wait.h>
        #include <unistd.h>
        __attribute__((constructor)) static void early(void) { (void)getenv("EARLY"); }
        int main(int count, char **words) {
            if (count == 1) return 3;
            (void)getenv("A");
            (void)secure_getenv("UNSET");
            if (fork() == 0) { (void)getenv("CHILD"); _exit(0); }
            if (vfork() == 0) { (void)getenv("BORROWED"); execl(words[0], words[0], (char *)0); }
            (void)getenv(words[1]);
            while (wait(0) > 0) {}
            abort();
        }
        """

    @Test(
        "in constructors, children and threads, set or not, and the status is the program's",
        arguments: [[], ["-no-pie"]])
    func reads(options: [String]) throws {
        let program = try compile(Self.source, options.first ?? "-pie")
        let (lines, status) = try lines([program, program, "ARGUMENT"])
        let names = ["EARLY", "A", "UNSET", "CHILD", "BORROWED", "ARGUMENT"]
        #expect(lines == Set(names.map { "read\t\(program)\t\($0)" }), "\(lines)")
        #expect(status == 128 + 6)
        let (few, other) = try self.lines([program, program])
        #expect(few == ["read\t\(program)\tEARLY"] && other == 3)
    }

    @Test("of a static program nothing is known, and it says so")
    func isStatic() throws {
        let program = try compile(Self.source, "-static")
        let (lines, _) = try lines([program, program])
        #expect(lines == ["unknown\t\(program)\tit is static, or its own loader"])
    }

    @Test("a name that would be two lines is none, and a name may be long")
    func hostile() throws {
        let program = try compile(Self.source, "-pie")
        for name in ["X\nread\t/usr/bin/true\tFORGED", "X\u{1b}[2J", String(repeating: "N", count: 5000)] {
            let (lines, _) = try lines([program, program, name])
            #expect(
                !lines.contains { $0.contains("FORGED") || $0.contains("\u{1b}") || $0.contains("NNNN") }, "\(lines)")
            #expect(lines.contains("read\t\(program)\tCHILD"))
        }
    }

    @Test("many threads at once are all heard")
    func threads() throws {
        let program = try compile(
            """
            #include <pthread.h>
            #include <stdlib.h>
            static void *look(void *name) { for (int i = 0; i < 500; i++) (void)getenv(name); return NULL; }
            int main(void) {
                static char names[16][4];
                pthread_t all[16];
                for (int i = 0; i < 16; i++) {
                    names[i][0] = 'T'; names[i][1] = (char)('A' + i);
                    pthread_create(&all[i], NULL, look, names[i]);
                }
                for (int i = 0; i < 16; i++) pthread_join(all[i], NULL);
                return 0;
            }
            """, "-pthread")
        let (lines, status) = try lines([program, program])
        #expect(lines.count == 16 && status == 0, "\(lines)")
    }

    @Test("who has `environ` has all of it", arguments: ["/usr/bin/env", "/bin/sh"])
    func whole(program: String) throws {
        let found = try lines([program, program] + (program == "/bin/sh" ? ["-c", "true"] : [])).lines
        #expect(found.contains { $0.hasPrefix("whole\t/usr/bin/") }, "\(found)")
        let other = try lines(["/usr/bin/true", "true"]).lines
        #expect(!other.contains { $0.hasPrefix("whole") }, "\(other)")
    }
}
