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
        words: Set<GrantWord> = Set(GrantWord.allCases), hasWorkspace: Bool = true,
        view: SandboxProfile.Workspace = .all, names: SandboxProfile.View = .shared
    ) -> GrantResolution {
        GrantResolution.resolve(
            templates, arguments: arguments, pathArguments: paths,
            profile: .fixture {
                $0.grants = words
                $0.workspace = view
                $0.view = names
            },
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

    @Test("In a view of its own a file goes by its plain name")
    func ownName() throws {
        symlink("dir", fixture("link"))
        let templates = [GrantTemplate(word: .read, value: argument("path"))]
        for (path, isPlain) in [("a.txt", true), ("./dir/c.txt", true), ("link/c.txt", false), ("dir/../a.txt", false)]
        {
            let own = resolve(templates, ["path": .string(path)], view: .granted, names: .own)
            #expect(refusal(own) == (isPlain ? nil : .notPlain), "\(path)")
            #expect(refusal(resolve(templates, ["path": .string(path)], view: .granted)) == nil)
        }
    }

    @Test("Policy's facts and the sandbox's grants are about one inode")
    func sharesLookups() throws {
        let resolution = resolve(
            [GrantTemplate(word: .read, value: argument("path"))],
            ["path": "dir/../a.txt", "others": ["b.txt", "../x", 7], "number": 1],
            paths: [["path"], ["others"], ["number"], ["absent"]], view: .granted)
        #expect(try resolution.paths[["path"]]?.get() == "a.txt")
        #expect(try resolution.paths[["others", "0"]]?.get() == "b.txt")
        #expect(throws: GrantError(.leavesWorkspace, "", "")) { try resolution.paths[["others", "1"]]?.get() }
        #expect(resolution.paths.count == 3)
        #expect(try resolution.grants.get().first?.path?.relative == "a.txt")
    }

    @Test(
        "A text that no grant binds has a path only if it can be read in one way",
        arguments: [
            ("link/../a.txt", nil), ("dir/../a.txt", nil), ("./a.txt", nil), ("dir//c.txt", nil), ("dir/", nil),
            ("dir/link.txt", nil), ("link/c.txt", nil), ("/workspace/./a.txt", nil), ("dir/.", nil), ("a.txt", "a.txt"),
            ("dir/c.txt", "dir/c.txt"), ("dir", "dir"), (".", "."), ("dir/gone.txt", "dir/gone.txt"),
            ("/workspace/dir/c.txt", "dir/c.txt"), ("/workspace", "."),
        ] as [(String, String?)])
    func plainNames(text: String, path: String?) throws {
        symlink("dir", fixture("link"))
        symlink("c.txt", fixture("dir/link.txt"))
        func fact(_ words: [GrantWord], _ workspace: SandboxProfile.Workspace) throws -> String? {
            let templates = words.map { GrantTemplate(word: $0, value: argument("path")) }
            let resolution = GrantResolution.resolve(
                templates, arguments: ["path": .string(text)], pathArguments: [["path"]],
                profile: .fixture {
                    $0.grants = Set(GrantWord.allCases)
                    $0.workspace = workspace
                }, workspace: fixture.workspace)
            let result = try #require(resolution.paths[["path"]])
            if case .failure(let error) = result { #expect(error.reason == .notPlain) }
            return try? result.get()
        }
        #expect(try fact([], .all) == path)
        // A view of everything does not hold a tool that reads to the inode of its grant.
        let kind = try fixture.workspace.locate(text).kind
        let word: GrantWord = kind == .directory ? .list : kind == .missing ? .write : .read
        if word != .write { #expect(try fact([word], .all) == path) }
        // Positive control: what a grant binds is judged by what it leads to.
        #expect(try fact([word], .granted) == fixture.workspace.locate(text).relative)
    }

    @Test("Names that Unicode calls equivalent are two names")
    func equivalentNames() throws {
        try fixture.folder.write("workspace/dir/\u{E9}", "composed")
        symlink("../a.txt", fixture("dir/e\u{301}"))
        let resolution = resolve(
            [], ["paths": ["dir/\u{E9}", "dir/e\u{301}"]], paths: [["paths"]])
        #expect(try resolution.paths[["paths", "0"]]?.get() == "dir/\u{E9}")
        #expect(throws: GrantError(.notPlain, "", "")) { try resolution.paths[["paths", "1"]]?.get() }
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
