import AsyncHTTPClient
import Credentials
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Requests to one source's server: TLS 1.2 or later with its certificate verified, no redirects, answers of bounded size
/// and time.
final class HTTPCaller: Sendable {
    /// Longer answers are no credentials.
    static let mostBytes = 1 << 20

    private let client: HTTPClient
    private let context: SourceContext

    private init(_ context: SourceContext) throws(CredentialError) {
        self.context = context
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let trust = context.secrets["trust"] {
            do {
                tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(trust.withBytes { Array($0) }))
            } catch {
                throw CredentialError(
                    .unconfigured, "the source's `trust` holds no certificates",
                    remedy: "name a file of certificates in PEM")
            }
        }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(5), read: .seconds(10)), decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.networkFrameworkWaitForConnectivity = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Has connections of its own, which are closed when `body` is done.
    static func with<Success: Sendable>(
        _ context: SourceContext, _ body: (HTTPCaller) async throws(CredentialError) -> Success
    ) async throws(CredentialError) -> Success {
        let caller = try HTTPCaller(context)
        let result: Result<Success, CredentialError>
        do throws(CredentialError) {
            result = .success(try await body(caller))
        } catch {
            result = .failure(error)
        }
        // Its connections belong to nobody any more. A server that hangs does not say goodbye, and is not waited for.
        Task.detached { try? await caller.client.shutdown() }
        return try result.get()
    }

    /// Sends a request and reads the whole answer, whatever its status is.
    func send(
        _ method: HTTPMethod, _ url: String, headers: [(String, String)] = [], body: [UInt8]? = nil
    ) async throws(CredentialError) -> HTTPReply {
        do throws(CredentialError) { try context.requireTime() } catch { throw error.leavingNothing() }
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers = HTTPHeaders(headers)
        request.headers.replaceOrAdd(name: "user-agent", value: "agentbox")
        if let body { request.body = .bytes(body) }
        let place = Self.place(of: url)
        do {
            let left = NIODeadline.now() + .nanoseconds((context.deadline - ContinuousClock.now).nanoseconds)
            let response = try await client.execute(request, deadline: left)
            if (300..<400).contains(response.status.code) {
                throw CredentialError(
                    .malformed, "\(place) answered with a redirect, and nobody follows it",
                    remedy: "configure the address that it leads to")
            }
            var bytes: [UInt8] = []
            for try await buffer in response.body {
                guard bytes.count + buffer.readableBytes <= Self.mostBytes else {
                    throw CredentialError(.malformed, "\(place) answered more than \(Self.mostBytes) bytes")
                }
                bytes.append(contentsOf: buffer.readableBytesView)
                try context.requireTime()
            }
            return HTTPReply(place: place, status: Int(response.status.code), body: bytes)
        } catch let error as CredentialError {
            throw error
        } catch {
            throw CredentialError(
                .unreachable, "\(place) \(Self.reason(error))", leavesNothing: Self.isBeforeRequest(error))
        }
    }

    /// The URL without its path, which may hold more than a message should.
    private static func place(of url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count < 3 ? url : parts.prefix(3).joined(separator: "/")
    }

    /// There was no connection that a request could have gone over.
    private static func isBeforeRequest(_ error: any Error) -> Bool {
        if error is NIOConnectionError { return true }
        switch error as? HTTPClientError {
        case .connectTimeout?, .tlsHandshakeTimeout?: return true
        default: break
        }
        let text = "\(error)"
        return text.contains("CERTIFICATE_VERIFY_FAILED") || text.contains("failedToValidateHostname")
    }

    private static func reason(_ error: any Error) -> String {
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "has a certificate that leads to no root that is trusted"
        }
        if text.contains("failedToValidateHostname") { return "has a certificate for another name" }
        if error is NIOSSLError || error is BoringSSLError || text.contains("handshake") {
            return "does not speak TLS as it should"
        }
        switch error as? HTTPClientError {
        case .connectTimeout?, .readTimeout?, .deadlineExceeded?, .tlsHandshakeTimeout?, .writeTimeout?:
            return "did not answer in time"
        case .remoteConnectionClosed?: return "closed the connection before it had answered"
        case .cancelled?: return "was not waited for any longer"
        default: break
        }
        if error is HTTPParserError { return "answered something else than HTTP" }
        if let error = error as? NIOConnectionError {
            return error.dnsAError != nil && error.dnsAAAAError != nil && error.connectionErrors.isEmpty
                ? "has no address" : "cannot be connected to"
        }
        return "cannot be talked to (\(type(of: error)))"
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
