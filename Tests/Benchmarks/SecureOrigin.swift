import Egress
import Glibc
import LinuxIO
import TestSupport

/// nginx with TLS on loopback, and curl as its client: what people have at either end.
///
/// A certificate of P-256, which asks least of both: the broker's share of the time is as large as it gets. Each is in a
/// session of its own, as a call's program is and as the broker is: the kernel shares the processor among sessions
/// first.
final class SecureOrigin {
    static let sizes = (small: 1024, large: 1 << 30)

    let port: UInt16
    private let folder: TemporaryFolder
    private let process: HelperProcess

    /// - Throws: `TestSupportError` if nginx, curl or openssl is missing.
    init() throws {
        folder = try TemporaryFolder()
        // The socket is closed as this line ends, and the port is nobody's.
        port = try LoopbackServer.listen().1
        try folder.folder("www")
        try folder.write("www/small", [UInt8](repeating: 7, count: Self.sizes.small))
        try folder.write("www/large", [UInt8]())
        guard truncate(folder("www/large"), Self.sizes.large) == 0 else { throw SystemError.last("truncate") }
        let made = Command.run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder("key.pem"), "-out",
            folder("certificate.pem"),
        ])
        guard made.status == 0 else { throw TestSupportError("no certificate: \(made.errorOutput)") }
        try folder.write(
            "nginx.conf",
            """
            daemon off;
            # One process, which goes when it is killed.
            master_process off;
            pid \(folder("pid"));
            error_log stderr;
            events { worker_connections 256; }
            http {
                access_log off;
                client_body_temp_path \(folder("body"));
                proxy_temp_path \(folder("proxy"));
                fastcgi_temp_path \(folder("fastcgi"));
                uwsgi_temp_path \(folder("uwsgi"));
                scgi_temp_path \(folder("scgi"));
                server {
                    listen 127.0.0.1:\(port) ssl;
                    ssl_certificate \(folder("certificate.pem"));
                    ssl_certificate_key \(folder("key.pem"));
                    ssl_protocols TLSv1.3;
                    root \(folder("www"));
                }
            }
            """)
        process = try HelperProcess(
            program: "/usr/bin/setsid",
            ["/usr/sbin/nginx", "-c", folder("nginx.conf"), "-p", folder.path, "-e", "stderr"])
        for _ in 0..<200 where (try? LoopbackServer.connect(port)) == nil { usleep(10_000) }
    }

    /// What curl says that a request over a new connection took, in microseconds: name, TCP, TLS and body. Whatever port of
    /// loopback it connects to, it asks for the origin, as a program in a box does.
    func fetch(_ name: String, bytes: Int, by other: UInt16) throws -> Double {
        let result = Command.run([
            "setsid", "--wait", "curl", "--silent", "--show-error", "--cacert", folder("certificate.pem"), "--output",
            "/dev/null",
            "--connect-to", "127.0.0.1:\(port):127.0.0.1:\(other)",
            "--write-out", "%{time_total} %{size_download}", "https://127.0.0.1:\(port)/\(name)",
        ])
        let words = result.output.split(separator: " ")
        guard result.status == 0, words.count == 2, Int(words[1]) == bytes, let seconds = Double(words[0]) else {
            throw TestSupportError("curl: \(result)")
        }
        return seconds * 1e6
    }

    /// What it is trusted by.
    var certificate: String { File.text(of: folder("certificate.pem")) ?? "" }

    /// The same certificate and key, for who stands in between.
    func identity() throws -> TLSIdentity {
        for words in [
            [
                "openssl", "x509", "-in", folder("certificate.pem"), "-outform", "DER", "-out",
                folder("certificate.der"),
            ],
            [
                "openssl", "pkcs8", "-topk8", "-nocrypt", "-in", folder("key.pem"), "-outform", "DER", "-out",
                folder("key.der"),
            ],
        ] {
            let made = Command.run(words)
            guard made.status == 0 else { throw TestSupportError("no identity: \(made.errorOutput)") }
        }
        func bytes(_ name: String) throws -> [UInt8] {
            try Descriptor.open(folder(name), O_RDONLY).readAll(limit: 64 << 10)
        }
        return TLSIdentity(chain: [try bytes("certificate.der")], key: SecretBytes(try bytes("key.der")))
    }

    /// Medians of requests by a port and of requests to the origin itself, in turns.
    func medians(_ name: String, bytes: Int, by port: UInt16, rounds: Int) throws -> (ours: Double, peer: Double) {
        var times: (ours: [Double], peer: [Double]) = ([], [])
        for _ in 0..<rounds {
            times.ours.append(try fetch(name, bytes: bytes, by: port))
            times.peer.append(try fetch(name, bytes: bytes, by: self.port))
        }
        return (times.ours.sorted()[rounds / 2], times.peer.sorted()[rounds / 2])
    }
}
