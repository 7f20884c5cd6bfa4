import Diagnostics
import StrictJSON

/// What is wrong with the words of a manifest's `command`, found before there is a call: the same words that
/// `OperationWords` reads when there is one, and what they say together.
package struct OperationCheck {
    package struct Problem: Hashable, Sendable {
        /// Of the words after the program's name; nil: what is missing stands in none.
        package let word: Int?
        package let message: String
        /// What to do, unless one of `known` is near what was `found`: then that is meant.
        package let suggestion: String
        package var found = ""
        package var known: [String] = []
    }

    package private(set) var problems: [Problem] = []
    /// What comes of an answer that is none of an error.
    package private(set) var result = OperationResult.asItCame

    /// The arguments that some word takes.
    private var taken: Set<String> = []
    private var places: [String: [(index: Int, value: String)]] = [:]

    /// - Parameters:
    ///   - words: After the program's name.
    ///   - arguments: Those that a call can have; nil: any.
    ///   - variables: Those that hold a credential.
    package init(_ words: [String], arguments: [String]?, variables: Set<String>) {
        var index = 0
        while index < words.count {
            let option = words[index]
            guard let kind = Self.options[option] else {
                let known = Self.options.keys.sorted()
                refuse(
                    index, "the program takes no word \(VisibleText.quoted(option))",
                    "it takes \(known.joined(separator: ", ")), each with a value", found: option, among: known)
                // What follows may be its value.
                index += words.indices.contains(index + 1) && words[index + 1].hasPrefix("--") ? 1 : 2
                continue
            }
            guard words.indices.contains(index + 1), Self.options[words[index + 1]] == nil else {
                refuse(index, "\(VisibleText.quoted(option)) has no value", "write one after it: \(kind.example)")
                index += 1
                continue
            }
            check(words[index + 1], of: option, kind, at: index + 1, arguments: arguments)
            places[option, default: []].append((index + 1, words[index + 1]))
            index += 2
        }
        checkRequest(arguments: arguments, variables: variables)
        checkAnswer()
        if problems.isEmpty {
            do throws(ToolError) { _ = try OperationWords(words) } catch {
                refuse(nil, error.message, "correct `command`")
            }
        }
    }

    private mutating func refuse(
        _ word: Int?, _ message: String, _ suggestion: String, found: String = "", among known: [String] = []
    ) {
        problems.append(Problem(word: word, message: message, suggestion: suggestion, found: found, known: known))
    }

    // MARK: one word

    /// What may stand behind a word.
    private enum Kind {
        case text(String)
        /// `ARGUMENT`, or `ARGUMENT=NAME`.
        case argument
        /// `NAME=VALUE`.
        case pair(String)
        /// With `{ARGUMENT}` in it.
        case template(String)
        case answer
        case pick

        var example: String {
            switch self {
            case .text(let example), .pair(let example), .template(let example): "`\(example)`"
            case .argument: "the name of an argument, or `ARGUMENT=NAME` if it is sent by another name"
            case .answer: "`one`, `many`, `many=MEMBER` or `text`"
            case .pick: "`number`, `author=user.login`, `labels=labels[].name`"
            }
        }
    }

    private static let options: [String: Kind] = [
        "--method": .text("GET"), "--base": .text("https://api.example.com"), "--path": .template("/pets/{id}"),
        "--query": .argument, "--header": .argument, "--cookie": .argument, "--field": .argument, "--body": .argument,
        "--join": .pair("q=repo:{owner}/{repo}"), "--fixed": .pair("Accept=application/json"),
        "--send-as": .text("application/json"), "--bearer": .text("API_TOKEN"),
        "--token-header": .pair("X-Api-Key=API_TOKEN"), "--answer": .answer, "--pick": .pick, "--also": .pick,
        "--page": .text("page"),
    ]

    private mutating func check(
        _ value: String, of option: String, _ kind: Kind, at index: Int, arguments: [String]?
    ) {
        switch kind {
        case .text: break
        case .argument:
            // The body is one argument as it is.
            let name = option == "--body" ? value : String(value.prefix { $0 != "=" })
            take(name, at: index, arguments)
        case .pair(let example):
            guard let mark = value.firstIndex(of: "="), mark != value.startIndex else {
                return refuse(
                    index, "\(VisibleText.quoted(value)) is no pair", "write \(option) as NAME=VALUE: `\(example)`")
            }
            if option == "--join" { takeAll(of: String(value[value.index(after: mark)...]), at: index, arguments) }
        case .template: takeAll(of: value, at: index, arguments)
        case .answer:
            let parts = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let isKnown =
                ["one", "many", "text"].contains(value) || (parts.count == 2 && parts[0] == "many" && !parts[1].isEmpty)
            if !isKnown {
                refuse(index, "no answer is taken as \(VisibleText.quoted(value))", "write \(kind.example)")
            }
        case .pick:
            if (try? Pick(value)) == nil {
                refuse(
                    index, "\(VisibleText.quoted(value)) is no path into an answer",
                    "write it as \(kind.example) or `files=files[]{name,size}`")
            }
        }
    }

    private mutating func takeAll(of template: String, at index: Int, _ arguments: [String]?) {
        var rest = template[...]
        while let open = rest.firstIndex(of: "{") {
            guard let close = rest[open...].firstIndex(of: "}") else {
                return refuse(
                    index, "\(VisibleText.quoted(template)) has a `{` without a `}`", "write arguments as `{NAME}`")
            }
            let name = rest[rest.index(after: open)..<close]
            take(String(name.hasPrefix("/") ? name.dropFirst() : name), at: index, arguments)
            rest = rest[rest.index(after: close)...]
        }
    }

    private mutating func take(_ name: String, at index: Int, _ arguments: [String]?) {
        taken.insert(name)
        guard let arguments, !arguments.contains(name) else { return }
        refuse(
            index, "the argument \(VisibleText.quoted(name)) is not among the properties of `inputSchema`",
            "add it there, or remove the word", found: name, among: arguments)
    }

    // MARK: what they say together

    private func values(_ option: String) -> [String] { (places[option] ?? []).map(\.value) }

    private mutating func checkRequest(arguments: [String]?, variables: Set<String>) {
        if let base = places["--base"]?.last {
            if !base.value.hasPrefix("https://"), !base.value.hasPrefix("http://") {
                refuse(
                    base.index, "\(VisibleText.quoted(base.value)) is no URL of HTTP",
                    "write `https://`, the host, and what all paths begin with")
            }
        } else {
            refuse(nil, "no word says where requests go", "add `--base`, `https://…`")
        }
        for name in arguments ?? [] where !taken.contains(name) {
            refuse(
                nil, "the argument \(VisibleText.quoted(name)) goes nowhere, and a call that has it fails",
                "add `--query`, `\(name)` (or `--header`, `--field`, `--path` with `{\(name)}`), or remove it from "
                    + "`inputSchema`")
        }
        if let body = places["--body"]?.last, places["--field"] != nil {
            refuse(
                body.index, "`--body` and `--field` both make the body",
                "take `--body` for one argument that is all of it")
        }
        for option in ["--bearer", "--token-header"] {
            guard let place = places[option]?.last else { continue }
            let variable =
                option == "--bearer"
                ? place.value
                : place.value.firstIndex(of: "=").map { mark in
                    String(place.value[place.value.index(after: mark)...])
                } ?? ""
            guard !variables.contains(variable) else { continue }
            refuse(
                place.index, "no credential of the tool is in the variable \(VisibleText.quoted(variable))",
                variables.isEmpty
                    ? "add one to `credentials`, with `deliver: {broker: {variable: \(variable), …}}`"
                    : "these hold one: \(variables.sorted().joined(separator: ", "))")
        }
    }

    private mutating func checkAnswer() {
        let answer = values("--answer").last
        let form = answer.map { $0.hasPrefix("many") ? "many" : $0 }
        func needs(_ option: String, _ forms: [String], _ which: String) -> [(Int, String, String)] {
            guard !forms.contains(form ?? ""), let place = places[option]?.first else { return [] }
            return [
                (
                    place.index - 1, "`\(option)` means nothing without `--answer` \(which)",
                    "add `--answer` \(which) to `command`, or remove `\(option)`"
                )
            ]
        }
        let wrong =
            needs("--pick", ["one", "many"], "`one` or `many`") + needs("--also", ["many"], "`many`")
            + needs("--page", ["many"], "`many`")
        for (index, message, suggestion) in wrong { refuse(index, message, suggestion) }
        let picks = values("--pick").map(Self.pickName)
        if let place = places["--answer"]?.last, ["one", "many"].contains(form ?? ""), picks.isEmpty {
            refuse(
                place.index, "without `--pick` nothing of the answer comes back",
                "add `--pick` for each part that is wanted, such as `--pick`, `author=user.login`")
        }
        for option in ["--pick", "--also"] {
            var seen: Set<String> = []
            for place in places[option] ?? [] where !seen.insert(Self.pickName(place.value)).inserted {
                refuse(
                    place.index, "two parts are called \(VisibleText.quoted(Self.pickName(place.value)))",
                    "give one another name: `NAME=PATH`")
            }
        }
        // Only what a call can ask for leads on.
        let wires = values("--query").map { word in
            word.firstIndex(of: "=").map { String(word[word.index(after: $0)...]) } ?? word
        }
        if let page = places["--page"]?.last, !wires.contains(page.value) {
            refuse(
                page.index,
                "no `--query` sends the parameter \(VisibleText.quoted(page.value)), so no call can ask for the "
                    + "next page",
                "add `--query`, `\(page.value)`, and the argument to `inputSchema`", found: page.value, among: wires)
        }
        switch form {
        case "one": result = .one(picks)
        case "many": result = .many(picks, also: values("--also").map(Self.pickName), hasPage: places["--page"] != nil)
        case "text": result = .text
        default: break
        }
    }

    private static func pickName(_ text: String) -> String { (try? Pick(text))?.name ?? text }
}

/// What comes of an answer that is none of an error.
package enum OperationResult: Sendable {
    /// Status, headers and body.
    case asItCame
    /// These parts.
    case one([String])
    /// A list of objects with these parts, what else is picked beside it, and where the next page is.
    case many([String], also: [String], hasPage: Bool)
    case text
}
