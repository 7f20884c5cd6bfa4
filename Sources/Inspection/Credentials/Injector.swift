import Egress
import HTTPRules
import Hosts
import NIOHTTP1
import Synchronization

/// The credentials of one call: what may be put where, and what became of each.
final class Injector: Sendable {
    private let injections: [Injection]
    let patterns: ScrubPatterns
    private let reports: Mutex<[InjectionReport]>

    init(_ injections: [Injection]) {
        self.injections = injections
        patterns = ScrubPatterns(injections.map { $0.secret.withBytes { Array($0) } })
        reports = Mutex(injections.map { InjectionReport(name: $0.name) })
    }

    /// True if there is something to take out of answers.
    var hasSecrets: Bool { !injections.isEmpty }

    func report() -> [InjectionReport] { reports.withLock { $0 } }

    /// Secrets that were taken out of an answer, by their place.
    func scrubbed(_ counts: [Int: Int]) {
        guard !counts.isEmpty else { return }
        reports.withLock { reports in
            for (index, count) in counts { reports[index].scrubbed += count }
        }
    }

    /// Puts secrets in the place of placeholders.
    ///
    /// - Throws: `Refusal` if one stands where it may not, or in a request that it is not for. Then the head is as it was.
    func inject(
        into head: inout HTTPRequestHead, to destination: Destination, _ method: MethodName, _ path: CanonicalPath
    ) throws(Refusal) {
        if let found = PlaceholderScan.find(in: Array(head.uri.utf8)).first {
            throw refusal(of: found.placeholder, .place, "in the URL")
        }
        var used: Set<Int> = []
        var fields: [(String, String)] = []
        for (name, value) in head.headers {
            if let found = PlaceholderScan.find(in: Array(name.utf8)).first {
                throw refusal(of: found.placeholder, .place, "in the name of a header")
            }
            let field = try replaced(value, of: name, destination, method, path, &used)
            fields.append((name, field))
        }
        guard !used.isEmpty else { return }
        try count(used)
        head.headers = HTTPHeaders(fields)
    }

    /// A placeholder that stands in a body.
    func refuseInBody(_ placeholder: Placeholder?) -> Refusal { refusal(of: placeholder, .place, "in the body") }

    private func replaced(
        _ value: String, of name: String, _ destination: Destination, _ method: MethodName, _ path: CanonicalPath,
        _ used: inout Set<Int>
    ) throws(Refusal) -> String {
        let bytes = Array(value.utf8)
        let own = try replaced(bytes, name, destination, method, path, &used)
        if let own { return String(decoding: own, as: UTF8.self) }
        // RFC 7617: `Basic` and the base 64 of `user:password`.
        guard name.lowercased() == "authorization", let space = value.firstIndex(of: " "),
            value[..<space].lowercased() == "basic",
            let pair = Base64.decode(value[space...].drop(while: { $0 == " " })),
            let inner = try replaced(pair, name, destination, method, path, &used)
        else { return value }
        return value[..<space] + " " + Base64.encode(inner)
    }

    /// Nil if there is nothing to replace.
    private func replaced(
        _ bytes: [UInt8], _ name: String, _ destination: Destination, _ method: MethodName, _ path: CanonicalPath,
        _ used: inout Set<Int>
    ) throws(Refusal) -> [UInt8]? {
        let found = PlaceholderScan.find(in: bytes)
        guard !found.isEmpty else { return nil }
        var result: [UInt8] = []
        var place = 0
        for (range, placeholder) in found {
            let index = try index(of: placeholder, in: name, destination, method, path)
            used.insert(index)
            result += bytes[place..<range.lowerBound]
            injections[index].secret.withBytes { result += $0 }
            place = range.upperBound
        }
        return result + bytes[place...]
    }

    private func index(
        of placeholder: Placeholder?, in name: String, _ destination: Destination, _ method: MethodName,
        _ path: CanonicalPath
    ) throws(Refusal) -> Int {
        guard let placeholder, let index = injections.firstIndex(where: { $0.placeholder == placeholder }) else {
            throw refusal(of: nil, .place, "in a header")
        }
        let injection = injections[index]
        guard injection.destination == destination else {
            throw refusal(of: placeholder, .host, "sent to \(destination)")
        }
        guard !Self.describing.contains(name.lowercased()) else {
            throw refusal(of: placeholder, .place, "in a header that authenticates nobody")
        }
        let rule = RequestRule(methods: injection.methods, paths: injection.paths)
        switch rule.refusal(method: method, path: path, headers: { _ in [] }) {
        case nil: return index
        case .method?: throw refusal(of: placeholder, .method, "with the method \(method.rawValue)")
        case .path?, .header?: throw refusal(of: placeholder, .path, "for a path that it is not for")
        }
    }

    /// Headers that describe the message or the sender: origins store and show them, and none of them authenticates.
    private static let describing: Set<String> = [
        "accept", "accept-charset", "accept-encoding", "accept-language", "access-control-request-headers",
        "access-control-request-method", "cache-control", "content-disposition", "content-encoding", "content-language",
        "content-length", "content-location", "content-type", "date", "forwarded", "from", "host", "if-match",
        "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "origin", "pragma", "range", "referer",
        "user-agent", "via", "x-forwarded-for", "x-forwarded-host", "x-request-id",
    ]

    /// One more use of each, or of none.
    private func count(_ used: Set<Int>) throws(Refusal) {
        let exhausted = reports.withLock { reports -> Int? in
            for index in used.sorted() {
                if let most = injections[index].uses, reports[index].uses >= most { return index }
            }
            for index in used { reports[index].uses += 1 }
            return nil
        }
        guard let exhausted else { return }
        throw refusal(of: injections[exhausted].placeholder, .count, "once more than it may be used")
    }

    /// Puts it on record, too.
    private func refusal(
        of placeholder: Placeholder?, _ reason: InjectionReport.Reason, _ how: String
    ) -> Refusal {
        guard let index = injections.firstIndex(where: { $0.placeholder == placeholder }) else {
            return Refusal(.placeholder, .forbidden, "a placeholder that is none of this call's, \(how)")
        }
        reports.withLock { $0[index].refusals[reason, default: 0] += 1 }
        return Refusal(.placeholder, .forbidden, "the placeholder of `\(injections[index].name)` \(how)")
    }
}
