import StrictJSON

/// What becomes of an answer, as the words of a manifest's `command` say it:
///
///     --answer one --pick number --pick author=user.login --pick labels=labels[].name
///     --answer many=items --also total=total_count --pick 'files=files[]{filename,patch}' --page page
///     --answer text
///
/// `one` is an object, `many` a list (or the one in that member), of which only what is picked comes back; `text` is a
/// body as it is. With any of them an answer that is an error makes the call fail. `--page` names the query's parameter
/// that leads on: `nextPage` is its value in the answer's link to the next page (RFC 8288).
package struct AnswerWords {
    private enum Form {
        case one
        case many(member: String?)
        case text
    }

    /// Nil: the answer as it came, whatever it is.
    private var form: Form?
    private var picks: [Pick] = []
    private var also: [Pick] = []
    private var page: String?

    /// Headers of the answer that this needs.
    package var headers: [String] {
        form == nil ? [] : AnswerFailure.headers + (page == nil ? [] : ["link"])
    }

    /// False if the word is not of this kind.
    mutating func take(_ option: String, _ value: String) throws(ToolError) -> Bool {
        switch option {
        case "--answer":
            let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
            switch parts.first {
            case "one" where parts.count == 1: form = .one
            case "many": form = .many(member: parts.count > 1 ? parts[1] : nil)
            case "text" where parts.count == 1: form = .text
            default: return false
            }
        case "--pick": picks.append(try Pick(value))
        case "--also": also.append(try Pick(value))
        case "--page": page = value
        default: return false
        }
        return true
    }

    /// How much of a body is kept: one of which parts are picked has to be whole.
    package var mostKept: Int {
        switch form {
        case .one, .many: 16 << 20
        case .text, nil: 512 << 10
        }
    }

    private static let mostResult = 2 << 20

    /// Of a text in a list; of one in an object.
    private static let (longestInList, longestInObject) = (8 << 10, 256 << 10)

    package func report(_ answer: Curl.Answer) throws(ToolError) -> Tool.Report {
        guard let form else { return Tool.Report(result: .object(Self.asItCame(answer))) }
        if let failure = AnswerFailure(answer) { return failure.report }
        if case .text = form {
            return Tool.Report(
                result: [
                    "text": .string(answer.body.text), "size": .integer(Int64(answer.body.total)),
                    "complete": .bool(!answer.body.isCut),
                ])
        }
        guard let bytes = answer.body.whole else {
            throw ToolError(.tooLarge, "the answer is longer than 16 MiB", remedy: "ask for less at once")
        }
        let value: JSON
        do {
            value = try JSON(parsing: bytes)
        } catch {
            throw ToolError(.programFailed, "the server answered \(answer.status) with something that is no JSON")
        }
        var shortening = Shortening(limit: Self.longestInObject)
        var result = JSONObject()
        if case .many(let member) = form {
            guard let items = (member.map { value[$0] } ?? value)?.arrayValue else { throw Self.unexpected("list") }
            shortening.limit = Self.longestInList
            result["items"] = .array(items.map { shortening.of(.object(Pick.object(picks, of: $0))) })
            for pick in also { result[pick.name] = pick.value(of: value) }
            if let page { result["nextPage"] = Self.next(page, answer.headers["link"] ?? "") }
        } else {
            guard value.objectValue != nil else { throw Self.unexpected("object") }
            result = shortening.of(.object(Pick.object(picks, of: value))).objectValue ?? result
        }
        if shortening.count > 0 { result["shortened"] = .integer(Int64(shortening.count)) }
        guard JSON.object(result).encoded().count <= Self.mostResult else {
            throw ToolError(.tooLarge, "the answer is longer than 2 MiB", remedy: "ask for less at once")
        }
        return Tool.Report(result: .object(result))
    }

    /// With what is JSON handed on as that.
    private static func asItCame(_ answer: Curl.Answer) -> JSONObject {
        var result = answer.json
        if !answer.body.isCut, let value = try? JSON(parsing: answer.body.text) {
            result["json"] = value
            result["body"] = nil
        }
        return result
    }

    private static func unexpected(_ what: String) -> ToolError {
        ToolError(.programFailed, "the server's answer is no \(what)")
    }

    /// The value of a parameter in the link whose relation is `next`.
    private static func next(_ parameter: String, _ links: String) -> JSON? {
        for link in links.split(separator: ",") {
            let parts = link.split(separator: ";").map { $0.filter { $0 != " " } }
            guard let target = parts.first, target.hasPrefix("<"), target.hasSuffix(">"),
                parts.dropFirst().contains(where: { $0 == "rel=\"next\"" || $0 == "rel=next" }),
                let query = target.dropLast().split(separator: "?", maxSplits: 1).dropFirst().first
            else { continue }
            for pair in query.split(separator: "&") where pair.hasPrefix(parameter + "=") {
                let value = String(pair.dropFirst(parameter.count + 1))
                return Int64(value).map(JSON.integer) ?? .string(value)
            }
        }
        return nil
    }

    /// Cuts long texts, and counts them.
    private struct Shortening {
        var limit: Int
        var count = 0

        mutating func of(_ value: JSON) -> JSON {
            switch value {
            case .string(let text):
                guard text.utf8.count > limit else { return value }
                count += 1
                return .string(Text.lossy(Array(text.utf8)[...], limit: limit).text + "…")
            case .array(let elements):
                var result: [JSON] = []
                for element in elements { result.append(of(element)) }
                return .array(result)
            case .object(let members):
                var result = JSONObject()
                for (name, member) in members { result[name] = of(member) }
                return .object(result)
            case .null, .bool, .integer, .number: return value
            }
        }
    }
}
