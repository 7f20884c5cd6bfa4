import Glibc

/// Where static credentials are kept by custom.
enum KnownPlaces {
    /// Beneath a home folder: a name is one file, one that ends in `/` is everything beneath, `*` is any rest.
    private static let files: [(String, String)] = [
        (".netrc", "passwords of hosts"), (".authinfo", "passwords of hosts"), (".git-credentials", "passwords of git"),
        (".config/git/credentials", "passwords of git"), (".aws/credentials", "AWS keys"),
        (".aws/sso/cache/", "AWS sessions"), (".config/gh/hosts.yml", "GitHub's command line"),
        (".docker/config.json", "registries of images"), (".config/containers/auth.json", "registries of images"),
        (".kube/config", "Kubernetes clusters"), (".npmrc", "npm"), (".yarnrc.yml", "yarn"), (".pypirc", "PyPI"),
        (".pgpass", "PostgreSQL"), (".my.cnf", "MySQL"), (".ssh/id_*", "an SSH key"), (".vault-token", "Vault"),
        (".cargo/credentials", "crates.io"), (".cargo/credentials.toml", "crates.io"), (".gem/credentials", "RubyGems"),
        (".config/gcloud/credentials.db", "Google Cloud"), (".config/gcloud/access_tokens.db", "Google Cloud"),
        (".config/gcloud/application_default_credentials.json", "Google Cloud"),
        (".azure/msal_token_cache.json", "Azure"),
        (".azure/accessTokens.json", "Azure"), (".terraform.d/credentials.tfrc.json", "Terraform"),
        (".config/rclone/rclone.conf", "rclone"), (".gnupg/private-keys-v1.d/", "a GnuPG key"),
        (".config/hub", "GitHub's hub"), (".m2/settings.xml", "Maven"), (".gradle/gradle.properties", "Gradle"),
        (".composer/auth.json", "Composer"), (".config/composer/auth.json", "Composer"), (".claude.json", "Claude"),
        (".claude/.credentials.json", "Claude"), (".codex/auth.json", "Codex"),
        (".local/share/keyrings/", "the desktop's keyring"), (".password-store/", "pass"),
    ]

    /// What a file is kept for; nil: nothing by custom.
    ///
    /// - Parameters:
    ///   - path: Absolute and real.
    ///   - homes: Home folders, absolute and real.
    static func purpose(of path: String, homes: [String]) -> String? {
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        for home in homes where path.hasPrefix(home + "/") {
            let inside = String(path.dropFirst(home.count + 1))
            for (pattern, purpose) in files where matches(inside, pattern) && !inside.hasSuffix(".pub") {
                return purpose
            }
        }
        if name == ".env" || name.hasPrefix(".env.") && name != ".env.example" { return "settings of a project" }
        if path.hasPrefix("/var/run/secrets/") || path.hasPrefix("/run/secrets/") { return "a secret of the container" }
        return nil
    }

    private static func matches(_ path: String, _ pattern: String) -> Bool {
        if pattern.hasSuffix("/") { return path.hasPrefix(pattern) }
        if pattern.hasSuffix("*") {
            return path.hasPrefix(String(pattern.dropLast())) && !path.dropFirst(pattern.count - 1).contains("/")
        }
        return path == pattern
    }

    /// Who answers at a socket with a key that is not the program's own; nil: nobody that is known.
    static func agent(at path: String, variable: String?) -> String? {
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        if path == variable { return "the SSH agent" }
        if name.hasPrefix("S.gpg-agent") { return name.contains("ssh") ? "GnuPG's agent, for SSH" : "GnuPG's agent" }
        if name == "docker.sock" || name == "podman.sock" { return "\(name.dropLast(5)), which acts as root or as you" }
        if path.contains("/keyring/") { return "the desktop's keyring" }
        return nil
    }

    // MARK: variables

    private static let variables: Set<String> = [
        "GITHUB_TOKEN", "GH_TOKEN", "GITLAB_TOKEN", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID",
        "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "NPM_TOKEN", "NODE_AUTH_TOKEN", "PGPASSWORD",
        "MYSQL_PWD", "VAULT_TOKEN", "CARGO_REGISTRY_TOKEN", "TWINE_PASSWORD", "HF_TOKEN", "DATABASE_URL", "REDIS_URL",
        "GIT_ASKPASS_PASSWORD", "DOCKER_AUTH_CONFIG", "KUBE_TOKEN", "SLACK_TOKEN", "SENTRY_AUTH_TOKEN",
    ]
    private static let endings = [
        "_TOKEN", "_SECRET", "_PASSWORD", "_PASSWD", "_PWD", "_API_KEY", "_APIKEY", "_ACCESS_KEY", "_SECRET_KEY",
        "_PRIVATE_KEY", "_CREDENTIALS", "_AUTH", "_PAT",
    ]

    /// True if a variable of that name holds a secret by custom. Ours and the shell's own do not.
    static func isSecret(variable name: String, value: String) -> Bool {
        guard !value.isEmpty, !name.hasPrefix("AGENTBOX_"), name != "PWD", name != "OLDPWD", !value.hasPrefix("/")
        else {
            return false
        }
        let name = name.uppercased()
        if variables.contains(name) { return name != "DATABASE_URL" && name != "REDIS_URL" || value.contains("@") }
        return value.utf8.count >= 8 && endings.contains { name.hasSuffix($0) }
    }
}
