import Glibc
import LinuxIO
import MCP

/// The registry's socket as the processes inside a run know it.
package enum RegistrySocket {
    /// Where the box shows it.
    package static let viewPath = "/run/agentbox/registry.sock"
    /// The variable that names it.
    package static let variable = "AGENTBOX_SOCKET"

    /// The socket of the run that this process is in; nil outside of one.
    ///
    /// MCP clients start their servers with an environment of a few names only, and the variable is not among them: then
    /// the socket is where every box shows it. Outside of a box only root could have put one there.
    package static func fromEnvironment() -> String? {
        if let value = getenv(variable), value.pointee != 0 { return String(cString: value) }
        return access(viewPath, F_OK) == 0 ? viewPath : nil
    }

    /// Carries bytes between this process's standard streams and the registry, until either side ends. Blocking.
    package static func bridge(_ path: String) throws(SystemError) {
        var bridge = MCPBridge(socket: try UnixSocket.connect(to: path))
        try bridge.run()
    }
}
