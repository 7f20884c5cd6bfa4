import StrictJSON
import TestSupport
import Testing

/// A git repository in a temporary folder, made by the system's git.
struct Repository {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        git("init", "--quiet", "--initial-branch=main", ".")
    }

    /// As a person would: with the person's own settings, and whatever the repository configures.
    @discardableResult
    func git(_ words: String..., exits status: Int32 = 0, at location: SourceLocation = #_sourceLocation) -> String {
        let environment = [
            "PATH": "/usr/bin:/bin", "HOME": folder.path, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "A Person",
            "GIT_AUTHOR_EMAIL": "person@example.com", "GIT_COMMITTER_NAME": "A Person",
            "GIT_COMMITTER_EMAIL": "person@example.com",
        ]
        let result = Command.run(["/usr/bin/git"] + words, environment: environment, in: folder.path)
        #expect(result.status == status, "git \(words): \(result.errorOutput)", sourceLocation: location)
        return result.output
    }

    /// A first commit with one file.
    func commit(_ name: String = "a.txt", _ content: String = "one\n") throws {
        try folder.write(name, content)
        git("add", "--", name)
        git("commit", "--quiet", "--message=First")
    }
}
