import Glibc
import HTTPEdge
import LinuxIO
import MCP

/// MCP over HTTP in front of the registry's socket. agentbox starts it, in a box:
///
///     agentbox-mcp-http serve           # the socket that listens is standard input
///     agentbox-mcp-http run PATH AGENT… # inside the agent's box: an edge, and then the agent
@main
enum AgentboxMCPHTTP {
    static func main() async {
        let words = CommandLine.arguments
        do {
            switch words.dropFirst().first {
            case "serve"?:
                // Here only: an agent finds signals as it would anywhere.
                signal(SIGPIPE, SIG_IGN)
                try await EdgeServer(try settings()).run(on: STDIN_FILENO)
            case "run"? where words.count > 3:
                try BoxedAgent.execute(words[2], Array(words.dropFirst(3)), program: words[0])
            case "detach"?: try BoxedAgent.detach(program: words[0])
            default: fail("agentbox starts this program itself: see `agentbox run --http` and `agentbox mcp --http`", 2)
            }
        } catch {
            fail("\(error)", 126)
        }
    }

    private static func settings() throws -> EdgeSettings {
        let hosts = variable(MCPHTTP.Variable.hosts)?.split(separator: ",").map(String.init) ?? []
        guard let socket = variable("AGENTBOX_SOCKET"), !hosts.isEmpty else {
            fail("no socket of a registry, or no host to serve", 2)
        }
        guard let digits = variable(MCPHTTP.Variable.tokenDigest) else {
            return EdgeSettings(socket: socket, hosts: hosts, token: nil)
        }
        // One that cannot be read is not one that is not there.
        guard let digest = BearerToken.Digest(hexadecimal: digits) else { fail("the token's digest is none", 2) }
        return EdgeSettings(socket: socket, hosts: hosts, token: digest)
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private static func fail(_ message: String, _ status: Int32) -> Never {
        _ = try? BorrowedDescriptor.standardError.writeAll(Array("agentbox-mcp-http: \(message)\n".utf8))
        exit(status)
    }
}
