import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("exec.run runs one program and tells what came of it")
struct RunTests {
    private let tool = BundledTool("exec-run")
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("exit codes, signals and both streams")
    func results() throws {
        let succeeded = try tool.succeed(["argv": ["sh", "-c", "echo out; echo err >&2"]], in: folder)
        #expect(succeeded == ["stdout": "out\n", "stderr": "err\n", "exitCode": 0, "complete": true])
        let exited = tool.call(["argv": ["sh", "-c", "echo out; echo err >&2; exit 3"]], in: folder)
        #expect(exited.status == 3 && exited.error.contains("the program exited with 3"))
        #expect(exited.output == ["stdout": "out\n", "stderr": "err\n", "exitCode": 3, "complete": true])
        let killed = tool.call(["argv": ["sh", "-c", "kill -SEGV $$"]], in: folder)
        #expect(killed.status == 128 + 11)
        #expect(killed.output?["signal"] == 11)
        #expect(killed.output?["exitCode"] == nil)
        #expect(tool.call(["argv": ["no-such-program"]], in: folder).status == 127)
    }

    @Test("words are words: nothing is expanded")
    func words() throws {
        let result = try tool.succeed(["argv": ["printf", "%s|", "$HOME", "*", "a b", "; id", ""]], in: folder)
        #expect(result["stdout"] == "$HOME|*|a b|; id||")
    }

    @Test("standard input is empty, and the working folder is as asked for")
    func surroundings() throws {
        try folder.folder("sub")
        #expect(try tool.succeed(["argv": ["cat"]], in: folder)["stdout"] == "")
        let result = try tool.succeed(["argv": ["pwd"], "cwd": "/workspace/sub"], in: folder)
        #expect(result["stdout"]?.stringValue?.hasSuffix("/sub\n") == true)
        #expect(tool.fail(["argv": ["pwd"], "cwd": "no"], in: folder).contains("does not exist"))
    }

    @Test("a program that leaves another behind, holding its streams, does not keep the call")
    func leftBehind() throws {
        let elapsed = try ContinuousClock().measure {
            let result = try tool.succeed(["argv": ["sh", "-c", "sleep 20 & echo $!"]], in: folder)
            let left = try #require(result["stdout"]?.stringValue?.dropLast())
            kill(try #require(pid_t(left)), SIGKILL)
        }
        #expect(elapsed < .seconds(15))
    }

    @Test("of a flood the beginning and the end are kept")
    func flood() throws {
        let result = try tool.succeed(
            ["argv": ["sh", "-c", "echo first; head -c 50000000 /dev/zero | tr '\\0' x; echo; echo last"]], in: folder)
        let text = try #require(result["stdout"]?.stringValue)
        #expect(result["complete"] == false)
        #expect(text.hasPrefix("first\nxxx"))
        #expect(text.hasSuffix("xxx\nlast\n"))
        #expect(text.contains("bytes left out"))
        #expect(text.utf8.count < 140_000)
    }

    @Test("output that is no UTF-8 is shown as far as it is")
    func binary() throws {
        #expect(try tool.succeed(["argv": ["printf", "a\\377b"]], in: folder)["stdout"] == "a\u{FFFD}b")
    }

    @Test("a program that cannot be started is an error", arguments: [[], [""], ["."], ["a\0b"]])
    func failures(words: [String]) throws {
        _ = tool.fail(["argv": .array(words.map { .string($0) })], in: folder)
    }

    @Test("a program that fails after it asked to write fails the call, so that nothing of it is published")
    func failedWrites() throws {
        let arguments: JSON = ["argv": ["sh", "-c", "echo half > a; exit 4"], "writes": ["a"]]
        let result = tool.call(arguments, in: folder)
        #expect(result.status == 4)
        #expect(result.error.contains("exited with 4, so nothing that it wrote was kept"))
        #expect(result.output?["exitCode"] == 4)
        #expect(
            try tool.succeed(["argv": ["sh", "-c", "echo all > a"], "writes": ["a"]], in: folder)["exitCode"] == 0)
    }
}
