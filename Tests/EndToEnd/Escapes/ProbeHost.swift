import Glibc
import TestSupport

/// What the probe finds to attack on the host: a process, sockets, files, all of the person's own.
final class ProbeHost {
    private let folder: TemporaryFolder
    private let sleeper: HelperProcess
    private let sharedMemory: String
    private var sockets: [Int32] = []
    /// A file that nothing inside has a name for.
    let outside: String
    let options: [String]

    init(of person: Person) throws {
        folder = try TemporaryFolder()
        chmod(folder.path, 0o777)
        outside = try folder.write("outside.txt", "content of the host\n", mode: 0o666)
        // A process of the person's, and not of ours: what may be done to it goes by its id.
        let words = person.prefix + ["/bin/sleep", "600"]
        sleeper = try HelperProcess(program: words[0], Array(words.dropFirst()))
        sharedMemory = "agentbox-probe-\(UInt64.random(in: .min ... .max))"
        let memory = open("/dev/shm/" + sharedMemory, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard memory >= 0, fchmod(memory, 0o666) == 0 else { throw TestSupportError("no /dev/shm") }
        let abstract = "agentbox-probe-\(UInt64.random(in: .min ... .max))"
        let path = folder("host.sock")
        let unix = [Self.listen(abstract, isAbstract: true), Self.listen(path, isAbstract: false)]
        chmod(path, 0o777)
        let (tcp, port) = Self.listenTCP()
        sockets = unix + [memory, tcp, Self.bindUDP(port)]
        options = [
            "--outside", outside, "--abstract", abstract, "--socket", path, "--other", String(sleeper.identifier),
            "--port", String(port), "--shared", sharedMemory, "--host", Self.name(),
        ]
    }

    deinit {
        for socket in sockets { close(socket) }
        unlink("/dev/shm/" + sharedMemory)
    }

    static func listen(_ name: String, isAbstract: Bool, _ type: __socket_type = SOCK_STREAM) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(type.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = (isAbstract ? [0] : []) + Array(name.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1))
        let problem = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        let isHeard = type == SOCK_DGRAM || Glibc.listen(descriptor, 64) == 0
        precondition(problem == 0 && isHeard, "no socket \(name)")
        return descriptor
    }

    private static func name() -> String {
        let name = File.text(of: "/proc/sys/kernel/hostname") ?? ""
        return name.split(separator: "\n").first.map(String.init) ?? ""
    }

    /// The same port for datagrams.
    private static func bindUDP(_ port: UInt16) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let problem = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        precondition(problem == 0, "no UDP port \(port)")
        return descriptor
    }

    private static func listenTCP() -> (Int32, UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                precondition(bind(descriptor, pointer, size) == 0 && Glibc.listen(descriptor, 64) == 0)
                getsockname(descriptor, pointer, &size)
            }
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}
