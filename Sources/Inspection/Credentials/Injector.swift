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
    private let occurrences: Occurrences

    init(_ injections: [Injection]) {
        self.injections = injections
        patterns = ScrubPatterns(injections.map { $0.secret.withBytes { Array($0) } })
        reports = Mutex(injections.map { InjectionReport(name: $0.name) })
        occurrences = Occurrences(injections.map(\.name))
    }

    /// True if there is something to take out of answers.
    var hasSecrets: Bool { !injections.isEmpty }

    func report() -> [InjectionReport] { reports.withLock { $0 } }

    /// Secrets that were taken out of an answer, by their place. What they were taken out of may be passed on after this.
    ///
    /// - Throws: `Refusal` if there were too many in the call.
    func scrubbed(_ counts: [Int: Int]) throws(Refusal) {
        if !counts.isEmpty {
            reports.withLock { reports in
                for (index, count) in counts { reports[index].scrubbed += count }
            }
        }
        try occurrences.add(counts)
    }

    /// - Throws: `Refusal` if the call has shown too often that it looks for a secret.
    func requireOpen() throws(Refusal) { try occurrences.add([:]) }

    /// What a tool says of a secret that it was never shown is a guess.
    ///
    /// - Throws: `Refusal` if there is one, or a part of it.
    func requireNoGuess(in head: HTTPRequestHead) throws(Refusal) {
        var counts: [Int: Int] = [:]
        _ = Scrubber.scrub(head.uri, patterns, counting: &counts)
        for (name, value) in head.headers {
            _ = Scrubber.scrub(name, patterns, counting: &counts)
            _ = Scrubber.scrub(value, patterns, counting: &counts)
        }
        try requireNoGuess(counts)
    }

    func requireNoGuess(_ counts: [Int: Int]) throws(Refusal) {
        guard let index = counts.keys.min() else { return }
        try occurrences.add(counts)
        throw Refusal(
            .guess, .forbidden, "a request that holds a secret, or a part of one: `\(injections[index].name)`")
    }

    /// Cookies that were kept from the tool as they came in answer to a request with a secret in it.
    func dropped(cookies: Int, ofAnswerTo used: Set<Int>) {
        reports.withLock { reports in
            for index in used { reports[index].cookies += cookies }
        }
    }

    /// Headers that the manifest names for a credential of a destination, in lower case.
    func headers(of destination: Destination) -> Set<String> {
        injections.filter { $0.destination == destination }.reduce(into: []) { $0.formUnion($1.headers) }
    }

    /// True if one of the credentials for a destination is for some methods or paths only.
    func restricts(_ destination: Destination) -> Bool {
        injections.contains { $0.destination == destination && !($0.methods.isEmpty && $0.paths.isEmpty) }
    }

    /// Puts secrets in the place of placeholders.
    ///
    /// - Returns: Which.
    /// - Throws: `Refusal` if one stands where it may not, or in a request that it is not for. Then the head is as it was.
    func inject(
        into head: inout HTTPRequestHead, to destination: Destination, _ method: MethodName, _ path: CanonicalPath
    ) throws(Refusal) -> Set<Int> {
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
        guard !used.isEmpty else { return [] }
        try count(used)
        head.headers = HTTPHeaders(fields)
        return used
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
        guard CredentialHeader.usual.union(injection.headers).contains(name.lowercased()) else {
            throw refusal(
                of: placeholder, .place,
                "in the header `\(name.prefix(40))`: the manifest's `broker` names it not among its `headers`")
        }
        let rule = RequestRule(methods: injection.methods, paths: injection.paths)
        switch rule.refusal(method: method, path: path, headers: { _ in [] }) {
        case nil: return index
        case .method?: throw refusal(of: placeholder, .method, "with the method \(method.rawValue)")
        case .path?, .header?: throw refusal(of: placeholder, .path, "for a path that it is not for")
        }
    }

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
