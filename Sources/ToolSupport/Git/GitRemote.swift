import Diagnostics
import Glibc

/// The repository somewhere else that a call speaks with: by its URL, never by a name that the workspace's own
/// configuration gives to whatever it likes.
package struct GitRemote {
    package let url: String
    /// The rest of what git is told when it speaks with it.
    let settings: [GitSetting]

    /// - Parameters:
    ///   - variables: The environment. `GIT_TOKEN` is the call's credential, which is sent as a password.
    ///
    ///   - hosts: The box's `/etc/hosts`.
    ///
    /// - Throws: If it is no URL of HTTP.
    package init(
        _ url: String, hosts: String = Self.hostsFile(), variables: (String) -> String?
    ) throws(ToolError) {
        guard url.hasPrefix("https://") || url.hasPrefix("http://"), !url.utf8.contains(where: { $0 <= 0x20 }),
            !url.contains("?"), !url.contains("#")
        else {
            throw ToolError(
                .invalidArguments, "`url` is no URL of a repository", remedy: "write it as `https://host/path.git`")
        }
        self.url = url
        let scheme = url.hasPrefix("https://") ? "https" : "http"
        var settings = [
            GitSetting("protocol.\(scheme).allow", "always"), GitSetting("credential.helper", ""),
            GitSetting("http.followRedirects", "false"), GitSetting("core.logAllRefUpdates", "false"),
            // Attack: a setting of the repository for this very URL is stronger than a general one. As specific, and the
            // last, is ours.
            GitSetting("http.\(url).sslVerify", "true"), GitSetting("http.\(url).proxy", ""),
            GitSetting("http.\(url).followRedirects", "false"), GitSetting("http.\(url).cookieFile", ""),
            GitSetting("http.\(url).saveCookies", "false"), GitSetting("http.\(url).extraHeader", ""),
            GitSetting("credential.\(url).helper", ""),
        ]
        if let known = Self.address(url, in: hosts) { settings.append(GitSetting("http.curloptResolve", known)) }
        if let token = variables("GIT_TOKEN") {
            let name = variables("GIT_TOKEN_USER") ?? "x-access-token"
            let basic = Self.base64(Array("\(name):\(token)".utf8))
            settings.append(GitSetting("http.\(url).extraHeader", "Authorization: Basic \(basic)"))
        }
        self.settings = settings
        environment = Self.trust.reduce(into: [:]) { found, name in found[name] = variables(name) }
    }

    /// Where whom to trust stands, if the call has its own.
    let environment: [String: String]
    private static let trust = ["GIT_SSL_CAINFO", "SSL_CERT_FILE", "CURL_CA_BUNDLE"]

    /// `host:port:address` for curl, of a host that the file names. Told the address, curl asks no resolver: libc's begins
    /// with a socket of AF_UNIX, for a cache that is in no box, and the refusal of it would stand in every call's record.
    private static func address(_ url: String, in hosts: String) -> String? {
        let isSecure = url.hasPrefix("https://")
        let authority = url.dropFirst(isSecure ? 8 : 7).prefix { $0 != "/" }
        guard !authority.contains("@"), !authority.hasPrefix("[") else { return nil }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard let name = parts.first?.lowercased(), parts.count <= 2 else { return nil }
        let port = parts.count == 2 ? String(parts[1]) : isSecure ? "443" : "80"
        for line in hosts.split(separator: "\n") {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard words.dropFirst().contains(where: { $0.lowercased() == name }), let address = words.first else {
                continue
            }
            return "\(parts[0]):\(port):\(address)"
        }
        return nil
    }

    /// Empty if it cannot be read.
    package static func hostsFile() -> String {
        let file = open("/etc/hosts", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        return String(decoding: StandardStream.read(file, limit: 64 << 10) ?? [], as: UTF8.self)
    }

    /// RFC 4648, 4.
    private static func base64(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let piece = bytes[start..<min(start + 3, bytes.count)]
            let bits = piece.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - piece.count))
            for index in 0..<4 {
                text.append(index <= piece.count ? letters[bits >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension Git {
    /// Runs a command that speaks with a repository somewhere else, and has to succeed.
    package func output(of words: [String], speakingWith remote: GitRemote) throws(ToolError) -> Program.Result {
        let result = try attempt(words, with: remote)
        guard result.status == 0 else { throw Self.failure(result, words) }
        return result
    }

    /// The same, whatever its end.
    package func attempt(_ words: [String], with remote: GitRemote) throws(ToolError) -> Program.Result {
        try speaking(words, remote.settings, remote.environment)
    }
}
