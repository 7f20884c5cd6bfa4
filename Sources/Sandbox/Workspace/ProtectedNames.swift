/// Files that configure other programs: whoever writes one, executes code as the person who owns the workspace the
/// next time that person opens an editor, a shell or a repository there. No `write`, `create` or `writeUnder` grant
/// reaches them, at any depth, whether they exist or not; git's own are reached by `git` grants alone.
///
/// The class beside this one, changes that are allowed but shown to a person, is `ReviewedNames`. A name belongs here if
/// a program picks it up without being asked, and there if it takes a deliberate build, install, run or merge.
enum ProtectedNames {
    /// Why `path`, canonical and relative to the workspace, may not be written; nil if it may.
    static func reason(against path: String) -> String? {
        if path == "." { return nil }
        let components = path.split(separator: "/")
        for (position, component) in components.enumerated() {
            let name = FoldedName(component)
            if let reason = reason(of: name) { return reason }
            let isLast = position == components.count - 1
            if isLast, let reason = files[name.text] { return reason }
        }
        return nil
    }

    private static func reason(of name: FoldedName) -> String? {
        if let reason = anywhere[name.text] { return reason }
        guard name.text.contains("~") else { return nil }
        for long in shortened where name.mayBeShortName(of: long) { return anywhere[long.text] }
        return nil
    }

    /// Folders: neither they nor anything beneath them. They are as dangerous as files or links of that name.
    private static let anywhere: [String: String] = [
        ".git": "git runs hooks and commands that are configured there",
        ".hg": "mercurial runs hooks that are configured there",
        ".svn": "subversion's own data",
        ".bzr": "bazaar's own data",
        ".jj": "jujutsu's own data",
        ".claude": "it configures a coding agent and its hooks",
        ".codex": "it configures a coding agent",
        ".cursor": "it configures an editor's agent",
        ".gemini": "it configures a coding agent",
        ".windsurf": "it configures an editor's agent",
        ".continue": "it configures an editor's agent",
        ".vscode": "editors run tasks and programs that are configured there",
        ".idea": "editors run configurations from there",
        ".fleet": "editors run configurations from there",
        ".zed": "editors run tasks from there",
        ".nvim": "editors execute it",
        ".devcontainer": "editors run its commands",
        ".husky": "git runs hooks from there",
        ".githooks": "git may run hooks from there",
        ".direnv": "shells execute it",
        ".ssh": "it holds keys, and commands that ssh runs",
        ".gnupg": "it holds keys, and commands that gpg runs",
        ".docker": "docker runs helpers that are configured there",
        ".kube": "kubectl runs helpers that are configured there",
        ".aws": "it holds keys, and commands that are run to get more",
        ".agentbox": "it configures agentbox",
    ]

    /// The ones that git protects against short names; the others follow for free.
    private static let shortened = anywhere.keys.sorted().map { FoldedName($0) }

    /// Names of files, wherever they lie.
    private static let files: [String: String] = {
        var table: [String: String] = [:]
        func add(_ reason: String, _ names: String) {
            for name in names.split(separator: " ") { table[FoldedName(name).text] = reason }
        }
        add("git runs commands that are configured there", ".gitconfig .gitmodules")
        add("it configures tool servers of agents", ".mcp.json mcp.json .claude.json")
        add("an editor's agent takes orders from it", ".cursorrules .windsurfrules .clinerules")
        add("it configures a coding agent", ".aider.conf.yml .aider.conf.yaml")
        add(
            "shells execute it",
            ".profile .bashrc .bash_profile .bash_login .bash_logout .bash_aliases .zshrc .zshenv .zprofile .zlogin "
                + ".zlogout .kshrc .mkshrc .cshrc .tcshrc .login .logout .envrc .inputrc .xprofile .xinitrc .xsession "
                + ".xsessionrc .pam_environment .hushlogin")
        add("editors execute it", ".vimrc .gvimrc .exrc .nvimrc .nvim.lua .lvimrc .emacs .dir-locals.el .kateconfig")
        add("debuggers execute it", ".gdbinit .lldbinit .gdbearlyinit")
        add("it names servers that get credentials", ".npmrc .yarnrc .yarnrc.yml .pypirc .netrc")
        add("it changes what programs do with what they fetch", ".curlrc .wgetrc .ripgreprc .condarc")
        add("terminals execute it", ".tmux.conf .screenrc")
        add("tool version managers execute it", ".mise.toml mise.toml .tool-versions .rtx.toml")
        add("interpreters execute it", "sitecustomize.py usercustomize.py .pythonrc.py .irbrc .pryrc .rprofile .ghci")
        return table
    }()
}
