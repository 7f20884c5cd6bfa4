import Diagnostics
import Glibc
import StrictJSON

/// One request with the system's curl, whose connections go through the egress broker. A redirect is returned, not
/// followed: where it leads is another call's business.
package struct Curl {
    package var method = "GET"
    package var url: String
    /// In order; a name may occur twice.
    package var headers: [(name: String, value: String)] = []
    package var body: [UInt8]?
    package var agent: String
    /// Headers of the answer that are wanted, in lower case.
    package var answerHeaders: [String] = []
    /// Of the answer's body, in bytes. Escaped as JSON the usual stays below the call's output limit.
    package var mostKept = 512 << 10

    package init(url: String, agent: String) {
        self.url = url
        self.agent = agent
    }

    /// What curl is told, before the URL. Attack: `.curlrc` and proxies of the environment, `file:` and other schemes, a
    /// redirect to a host that nobody decided on, a URL that is taken for an option or for a pattern of many, a path that
    /// is another once its dots are taken out.
    private static let words = [
        "/usr/bin/curl", "--disable", "--silent", "--show-error", "--globoff", "--path-as-is", "--noproxy", "*",
        "--proto",
        "=http,https", "--max-redirs", "0", "--max-time", "50", "--connect-timeout", "20", "--max-filesize", "67108864",
    ]
    private static let refusalHeader = "agentbox-refused"
    private static let report = "%{stderr}\n%{http_code}\n%{content_type}\n%{redirect_url}\n"

    /// Headers that say where a request ends or goes: curl's own.
    private static let reserved: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "proxy-connection", "proxy-authorization", "te",
        "trailer", "upgrade", "expect",
    ]

    /// What there is of the answer.
    package struct Answer {
        package var status: Int64
        package var contentType: String?
        /// Where a redirect leads.
        package var location: String?
        package var body: KeptOutput
        /// Those that were wanted and that there are, by name; of several of a name the first.
        package var headers: [String: String] = [:]

        /// Why agentbox has refused the request; nil if the server answers. Of an inspected destination only agentbox says it.
        package var refusal: String?

        package var json: JSONObject {
            var report: JSONObject = [
                "status": .integer(status), "body": .string(body.text), "size": .integer(Int64(body.total)),
                "complete": .bool(!body.isCut),
            ]
            report["contentType"] = contentType.map(JSON.string)
            report["location"] = location.map(JSON.string)
            return report
        }
    }

    package func send() throws(ToolError) -> Answer {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw ToolError(.invalidArguments, "`url` starts with neither `http://` nor `https://`")
        }
        let wanted = answerHeaders + [Self.refusalHeader]
        let report = wanted.reduce(Self.report) { $0 + "%header{\($1)}\n" }
        var command = Self.words + ["--write-out", report, "--user-agent", agent]
        if method == "HEAD" {
            command += ["--head", "--output", "/dev/null"]
        } else {
            command += ["--request", method]
        }
        for header in headers { command += ["--header", try Self.line(header.name, header.value)] }
        if let body {
            command += ["--header", "Expect:", "--data-binary", "@" + (try Self.file(body))]
        }
        let result = try Program(command + ["--", url], outputLimit: mostKept).run()
        guard result.status == 0 else {
            let said = result.errorOutput.text.split(separator: "\n").first.map(String.init)
            throw ToolError(.programFailed, said ?? "curl was ended by signal \(result.signal ?? 0)")
        }
        // The last lines: what a server wrote cannot hold a line's end there.
        let lines = Array(
            result.errorOutput.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().suffix(
                3 + wanted.count))
        guard lines.count == 3 + wanted.count, let status = Int64(lines[0]) else {
            throw ToolError(.programFailed, "curl did not say how the request ended")
        }
        let headers = zip(wanted, lines.dropFirst(3)).filter { !$0.1.isEmpty }.map { ($0, String($1)) }
        return Answer(
            status: status, contentType: lines[1].isEmpty ? nil : String(lines[1]),
            location: lines[2].isEmpty ? nil : String(lines[2]), body: result.output,
            headers: Dictionary(headers) { first, _ in first },
            refusal: headers.first { $0.0 == Self.refusalHeader }?.1)
    }

    /// Attack: a line's end in a value is another header, and an empty value takes one of curl's own away.
    private static func line(_ name: String, _ value: String) throws(ToolError) -> String {
        let isToken =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x2D || byte == 0x5F
            }
        guard isToken, !reserved.contains(name.lowercased()) else {
            throw ToolError(
                .invalidArguments, "\(VisibleText.quoted(name, limit: 100)) is no header that a call can set")
        }
        guard !value.isEmpty, value.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 >= 0x80 }) else {
            throw ToolError(
                .invalidArguments, "the header \(VisibleText.quoted(name)) has a value that is empty or not of one line"
            )
        }
        return "\(name): \(value)"
    }

    /// In the call's own scratch.
    private static func file(_ body: [UInt8]) throws(ToolError) -> String {
        let path = "/tmp/agentbox-request-body"
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw ToolError.system(errno, "write", path) }
        defer { close(file) }
        guard StandardStream.write(body, to: file) else { throw ToolError.system(errno, "write", path) }
        return path
    }
}
