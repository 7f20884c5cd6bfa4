import Egress
import HTTPRules
import Hosts
import NIOHTTP1

/// Holds the head of a request against what HTTP allows, strictly, and against the rules of its destination.
///
/// What NIO's parsers refuse never comes here. What they let through and two servers could read in two ways is refused
/// here: the request that the origin reads has to be the one that was checked.
struct RequestCheck {
    private let destination: InspectedDestination
    /// Headers that a rule asks for, which may hold a `_` therefore.
    private let named: Set<String>

    init(destination: InspectedDestination) {
        self.destination = destination
        named = Set(destination.rules.flatMap(\.headers).filter { $0.condition != .absent }.map(\.name))
    }

    /// A request that is covered.
    struct Passed {
        var method: MethodName
        var path: CanonicalPath
        /// Bytes that its body may have.
        var mostBody: Int
    }

    /// Holds what the tool sent against what HTTP allows.
    ///
    /// - Parameters:
    ///   - isHTTP2: Its framing is HTTP/2's, whose pseudo-headers NIO has turned into a request line and `Host`.
    ///   - credentialed: Headers that the manifest names for a credential of this destination.
    func requireSound(_ head: HTTPRequestHead, isHTTP2: Bool, credentialed: Set<String>) throws(Refusal) {
        try requireFraming(head, isHTTP2: isHTTP2)
        try requireFields(head, named.union(credentialed))
        try requireHost(head)
        if head.method == .CONNECT { throw Refusal(.rule, .methodNotAllowed, "CONNECT is not served") }
        if head.headers.contains(name: "upgrade") {
            throw Refusal(.rule, .forbidden, "an upgrade of the connection is not served")
        }
        try requireConnection(head)
    }

    /// Holds what the origin gets against the rules.
    ///
    /// - Parameter isRestricted: A credential for this destination is for some methods or paths only.
    func check(_ head: HTTPRequestHead, isRestricted: Bool) throws(Refusal) -> Passed {
        if isRestricted || destination.rules.contains(where: { !($0.methods.isEmpty && $0.paths.isEmpty) }) {
            try requireNoOverride(head)
        }
        let path: CanonicalPath
        do throws(PathRefusal) {
            path = try CanonicalPath(target: head.uri.utf8)
        } catch {
            throw .malformed("the path \(error.reason)")
        }
        guard let method = MethodName(rawValue: head.method.rawValue) else {
            throw Refusal(.rule, .methodNotAllowed, "the method \(head.method.rawValue.prefix(20)) is not served")
        }
        let mostBody = try covered(head, method, path)
        if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > mostBody {
            throw Refusal(.body, .payloadTooLarge, "a body of \(length) bytes; the limit is \(mostBody)")
        }
        return Passed(method: method, path: path, mostBody: mostBody)
    }

    /// RFC 9112, 6.
    private func requireFraming(_ head: HTTPRequestHead, isHTTP2: Bool) throws(Refusal) {
        let lengths = head.headers["content-length"]
        guard lengths.count <= 1, lengths.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isDigit) }),
            lengths.allSatisfy({ Int($0) != nil })
        else { throw .malformed("its length is not one number") }
        // RFC 9113, 8.2.2: NIO lets none of these through, and puts a `transfer-encoding` of its own in.
        if isHTTP2 { return }
        guard head.version == .http1_1 else { throw .malformed("it is neither HTTP/1.1 nor HTTP/2") }
        let codings = head.headers["transfer-encoding"]
        guard codings.count <= 1, codings.allSatisfy({ $0.lowercased() == "chunked" }) else {
            throw .malformed("its transfer coding is not `chunked` alone")
        }
        guard codings.isEmpty || lengths.isEmpty else { throw .malformed("it has two lengths") }
    }

    /// RFC 9110, 5.5.
    private func requireFields(_ head: HTTPRequestHead, _ named: Set<String>) throws(Refusal) {
        for (name, value) in head.headers {
            guard HeaderName.isValid(name) else { throw .malformed("the name of a header is none") }
            // Attack: gateways (CGI, WSGI) make `X_Foo` and `X-Foo` one header.
            guard !name.contains("_") || named.contains(name.lowercased()) else {
                throw .malformed("the name of the header `\(name.prefix(40))` holds a `_`, which some take for a `-`")
            }
            guard value.utf8.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }) else {
                throw .malformed("a header holds a control character")
            }
        }
    }

    /// RFC 9110, 7.6.1: what `Connection` names is for the next machine only, and nobody names anything there but these.
    private func requireConnection(_ head: HTTPRequestHead) throws(Refusal) {
        for token in head.headers[canonicalForm: "connection"]
        where !["close", "keep-alive", "te", ""].contains(token.lowercased()) {
            throw .malformed("its `Connection` names `\(token.prefix(40))`, which would not be passed on")
        }
    }

    /// Attack: frameworks take another method, or another path, from a header.
    private func requireNoOverride(_ head: HTTPRequestHead) throws(Refusal) {
        for (name, _) in head.headers where OverridingHeader.names.contains(name.lowercased()) {
            throw Refusal(
                .rule, .forbidden,
                "the header `\(name.prefix(40))` makes another request of it, and only some methods or paths are granted"
            )
        }
    }

    /// Attack: what the name in the TLS hello leads to serves others too, and asks `Host` which it is.
    private func requireHost(_ head: HTTPRequestHead) throws(Refusal) {
        let hosts = head.headers["host"]
        guard hosts.count == 1, let text = hosts.first else { throw .malformed("it has not one `Host`") }
        let own = destination.destination.destination
        let usual: UInt16 = destination.identity == nil ? 80 : 443
        guard let place = try? HostArgument.place(text), place.scheme == nil, place.host == own.host,
            (place.port ?? usual) == own.port
        else {
            throw Refusal(.host, .misdirectedRequest, "a request for the host `\(text.prefix(100))` sent to \(own)")
        }
    }

    /// The bytes that its body may have, by the most generous of the rules that cover it.
    private func covered(
        _ head: HTTPRequestHead, _ method: MethodName, _ path: CanonicalPath
    ) throws(Refusal) -> Int {
        let traffic = destination.destination.limits.bytes
        guard !destination.rules.isEmpty else { return traffic }
        var mostBody: Int?
        var mismatches: [RequestRule.Mismatch] = []
        for rule in destination.rules {
            if let mismatch = rule.refusal(method: method, path: path, headers: { head.headers[$0] }) {
                mismatches.append(mismatch)
            } else {
                mostBody = max(mostBody ?? 0, rule.mostBody ?? traffic)
            }
        }
        if let mostBody { return mostBody }
        let shown = "\(method.rawValue) \(path.description.prefix(150))"
        for case .header(let name) in mismatches {
            throw Refusal(.rule, .forbidden, "\(shown): no rule covers it as its header `\(name)` is")
        }
        throw Refusal(.rule, .forbidden, "\(shown): no rule covers it")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
