/// Changes that a grant allows and a person should see before using the workspace: files that the host executes when it
/// builds, tests, installs or merges. They are published, and listed with the reason at the end of the run.
enum ReviewedNames {
    /// Of a file whose content, whatever its name, is `ManifestText`.
    static let manifestReason = "agentbox may take orders from it: it reads as a manifest"

    /// Why the host may execute `path`, canonical and relative to the workspace; nil if nothing says so.
    static func reason(for path: String, mode: UInt32?) -> String? {
        let components = path.split(separator: "/").map { FoldedName($0).text }
        // What lies in `.git` is published by git grants only, which leave out all that is executed.
        guard let name = components.last, components.first != ".git" else { return nil }
        if let reason = files[name] { return reason }
        for (folder, reason) in folders where components.starts(with: folder) { return reason }
        for (suffix, reason) in suffixes where name.hasSuffix(suffix) && name != suffix { return reason }
        if name == "head" || name == "packed-refs" { return "git takes a folder with `HEAD` for a repository" }
        if let mode, mode & 0o111 != 0 { return "it is executable" }
        return nil
    }

    private static let files: [String: String] = {
        var table: [String: String] = [:]
        func add(_ reason: String, _ names: String) {
            for name in names.split(separator: " ") { table[FoldedName(name).text] = reason }
        }
        add("make executes it", "Makefile GNUmakefile BSDmakefile")
        add(
            "a build executes it",
            "CMakeLists.txt CMakePresets.json meson.build BUILD BUILD.bazel WORKSPACE MODULE.bazel configure "
                + "configure.ac build.rs build.zig build.xml build.sbt wscript SConstruct Package.swift Cargo.toml "
                + "Justfile .justfile Taskfile.yml Rakefile")
        add("gradle executes it", "build.gradle build.gradle.kts settings.gradle settings.gradle.kts gradlew")
        add("maven executes it", "pom.xml mvnw mvnw.cmd")
        add("npm and its kind run its scripts", "package.json .pnpmfile.cjs pnpm-workspace.yaml deno.json bunfig.toml")
        add("it decides what is installed", "package-lock.json yarn.lock pnpm-lock.yaml Cargo.lock Package.resolved")
        add("pip and its kind execute it", "setup.py setup.cfg pyproject.toml conftest.py noxfile.py tox.ini tasks.py")
        add("it decides what is installed", "requirements.txt Pipfile Gemfile go.mod composer.json")
        add("containers are built or started by it", "Dockerfile Containerfile docker-compose.yml compose.yaml")
        add("continuous integration executes it", ".gitlab-ci.yml .travis.yml Jenkinsfile azure-pipelines.yml")
        add("git runs filters and merge drivers by it", ".gitattributes")
        add("pre-commit executes it", ".pre-commit-config.yaml lefthook.yml .lintstagedrc .overcommit.yml")
        add("linters and formatters load code by it", ".eslintrc.js .eslintrc.json .prettierrc.js .rubocop.yml")
        add("agents take orders from it", "AGENTS.md CLAUDE.md GEMINI.md .goosehints copilot-instructions.md")
        add("nix executes it", "flake.nix default.nix shell.nix")
        add("vagrant executes it", "Vagrantfile")
        return table
    }()

    private static let folders: [([String], String)] = [
        ([".github"], "continuous integration and its bots act on it"),
        ([".gitlab"], "continuous integration acts on it"),
        ([".circleci"], "continuous integration executes it"),
        ([".buildkite"], "continuous integration executes it"),
        ([".cargo"], "cargo runs programs that are configured there"),
        ([".mvn"], "maven loads code from there"),
        (["gradle", "wrapper"], "gradle downloads and executes what it names"),
        ([".config"], "programs read their configuration from there"),
    ]

    private static let suffixes: [(String, String)] = [
        (".sh", "it is a shell script"), (".bash", "it is a shell script"), (".zsh", "it is a shell script"),
        (".fish", "it is a shell script"), (".ps1", "it is a shell script"), (".bat", "it is a shell script"),
        (".cmd", "it is a shell script"), (".mk", "make executes it"), (".cmake", "a build executes it"),
        (".gradle", "gradle executes it"), (".gradle.kts", "gradle executes it"), (".pth", "python executes it"),
        (".desktop", "desktops start programs by it"), (".service", "it starts programs"),
        (".code-workspace", "editors run tasks that are configured there"),
        (".config.js", "tools load it as code"), (".config.ts", "tools load it as code"),
        (".config.mjs", "tools load it as code"), (".config.cjs", "tools load it as code"),
    ]
}
