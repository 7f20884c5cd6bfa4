/// Variables that say how programs are started, found or trusted, or that agentbox sets itself: no manifest puts a
/// credential, or the path of one, there.
package enum ReservedVariables {
    private static let prefixes = [
        "AGENTBOX_", "BASH_", "DYLD_", "GLIBC_", "LC_", "LD_", "MALLOC_", "NODE_", "PERL", "PYTHON", "RUBY",
        "SSL_CERT_",
    ]
    private static let names: Set<String> = [
        "ALL_PROXY", "CDPATH", "CURL_CA_BUNDLE", "EDITOR", "ENV", "GCONV_PATH", "GIT_ASKPASS", "GIT_EXEC_PATH",
        "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSL_CAINFO", "GIT_SSL_NO_VERIFY", "HOME", "HOSTALIASES", "HTTPS_PROXY",
        "HTTP_PROXY", "IFS", "JAVA_TOOL_OPTIONS", "LANG", "LANGUAGE", "LOCALDOMAIN", "LOCPATH", "LOGNAME", "NLSPATH",
        "NO_PROXY", "OPENSSL_CONF", "PAGER", "PATH", "PS4", "PWD", "REQUESTS_CA_BUNDLE", "RES_OPTIONS", "SHELL",
        "SHELLOPTS", "SHLVL", "TEMP", "TERM", "TMP", "TMPDIR", "TZ", "TZDIR", "USER", "VISUAL", "_",
    ]

    /// Whatever the case of its letters: some programs read `http_proxy`.
    package static func contains(_ name: String) -> Bool {
        let name = name.uppercased()
        return names.contains(name) || prefixes.contains { name.utf8.starts(with: $0.utf8) }
    }
}
