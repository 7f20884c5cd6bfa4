import Glibc
import StrictJSON
import TestSupport
import Testing

@testable import Manifests
@testable import Sandbox

@Suite("The grants of a call come from its arguments, below the profile's ceiling")
struct WorkspaceGrantTests {
    private let fixture: WorkspaceFixture

    init() throws { fixture = try WorkspaceFixture(["a.txt": "a", "b.txt": "b", "dir/c.txt": "c"]) }

    private func argument(_ name: String) -> Template {
        Template(source: "${args.\(name)}", segments: [.argument([name])])
    }

    private func literal(_ text: String) -> Template { Template(source: text, segments: [.literal(text)]) }

    private func resolve(
        _ templates: [GrantTemplate], _ arguments: JSON, paths: [[String]] = [],
        words: Set<GrantWord> = Set(GrantWord.allCases), hasWorkspace: Bool = true
    ) -> GrantResolution {
        GrantResolution.resolve(
            templates, arguments: arguments, pathArguments: paths, profile: .fixture { $0.grants = words },
            workspace: hasWorkspace ? fixture.workspace : nil)
    }

    private func refusal(_ resolution: GrantResolution) -> GrantError.Reason? {
        if case .failure(let error) = resolution.grants { return error.reason }
        return nil
    }

    @Test("Scalars, arrays and absent arguments each give their grants")
    func expands() throws {
        let templates = [
            GrantTemplate(word: .read, value: argument("paths")),
            GrantTemplate(word: .write, value: argument("output")),
            GrantTemplate(word: .list, value: argument("folder")),
            GrantTemplate(word: .exec, value: literal("/usr/bin/git")),
        ]
        let resolution = resolve(templates, ["paths": ["a.txt", "./b.txt", "b.txt"], "output": "new.txt"])
        let grants = try resolution.grants.get()
        #expect(grants.map(\.word) == [.read, .read, .write, .exec])
        #expect(grants.map { $0.path?.relative ?? $0.program } == ["a.txt", "b.txt", "new.txt", "/usr/bin/git"])
        #expect(grants.map(\.writes) == [false, false, true, false])
    }

    @Test("Policy's facts and the sandbox's grants are about one inode")
    func sharesLookups() throws {
        let resolution = resolve(
            [GrantTemplate(word: .read, value: argument("path"))],
            ["path": "dir/../a.txt", "others": ["b.txt", "../x", 7], "number": 1],
            paths: [["path"], ["others"], ["number"], ["absent"]])
        #expect(try resolution.paths[["path"]]?.get() == "a.txt")
        #expect(try resolution.paths[["others", "0"]]?.get() == "b.txt")
        #expect(throws: GrantError(.leavesWorkspace, "", "")) { try resolution.paths[["others", "1"]]?.get() }
        #expect(resolution.paths.count == 3)
        #expect(try resolution.grants.get().first?.path?.relative == "a.txt")
    }

    @Test("What the profile does not list, and what is no value of the word, is refused")
    func refuses() {
        let write = [GrantTemplate(word: .write, value: argument("path"))]
        #expect(refusal(resolve(write, ["path": "a.txt"], words: [.read])) == .beyondProfile)
        #expect(refusal(resolve(write, ["path": "a.txt"], hasWorkspace: false)) == .noWorkspace)
        #expect(refusal(resolve(write, ["path": "../a.txt"])) == .leavesWorkspace)
        #expect(refusal(resolve([GrantTemplate(word: .git, value: literal("hooks"))], [:])) == .invalidValue)
        for program in ["git", "/usr/bin/../bin/git", "/", "/usr//bin/git", "/usr/bin/git/"] {
            #expect(refusal(resolve([GrantTemplate(word: .exec, value: literal(program))], [:])) == .invalidValue)
        }
        // Positive control.
        #expect(refusal(resolve(write, ["path": "a.txt"])) == nil)
    }
}
