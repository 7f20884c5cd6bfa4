import Diagnostics
import Hosts

extension Tool {
    /// What credentials have to be beside one another, and beside the grants.
    static func checkCredentials(_ tool: Tool, _ located: Located, _ decoding: inout Decoding) {
        var variables: [String: String] = [:]
        var files: [String: String] = [:]
        for (index, credential) in tool.credentials.enumerated() {
            let steps: [Decoding.Step] = ["credentials", .index(index), "deliver"]
            func reportTwice(_ what: String, _ first: String) {
                decoding.report(
                    .contradiction, in: located, at: steps, "\(what) is the one of the credential \(first) too",
                    suggestion: "take another name")
            }
            let name = VisibleText.quoted(credential.name)
            if let variable = credential.delivery.variable {
                if let first = variables[variable] {
                    reportTwice("the variable \(VisibleText.quoted(variable))", first)
                }
                variables[variable] = name
            }
            if case .file(let file, _, _) = credential.delivery {
                if let first = files[file] { reportTwice("the file \(VisibleText.quoted(file))", first) }
                files[file] = name
            }
            guard let destination = credential.delivery.destination, !tool.grants.contains(where: destination.isCovered)
            else { continue }
            decoding.report(
                .contradiction, in: located, at: steps + [.key(credential.delivery.word), "to"],
                "no `connect` grant of the tool covers \(VisibleText.quoted(destination.template.source))",
                suggestion: "add `- connect: \"\(destination.template.source)\"` to `grants`")
        }
    }
}

extension CredentialDelivery {
    /// Where the tool has to be able to connect for it.
    fileprivate var destination: CredentialDestination? {
        switch self {
        case .broker(let broker): CredentialDestination(template: broker.to)
        case .socket(let socket): socket.to.map { CredentialDestination(template: $0) }
        case .memfd, .file, .environment: nil
        }
    }
}

private struct CredentialDestination {
    let template: Template

    /// The same host and port where both are literal; else the same text, which each call's arguments fill alike.
    func isCovered(by grant: GrantTemplate) -> Bool {
        guard grant.word == .connect else { return false }
        if grant.value.source.utf8.elementsEqual(template.source.utf8) { return true }
        guard let own = template.literal.flatMap({ try? Destination($0) }) else { return false }
        return grant.value.literal.flatMap { try? Destination($0) } == own
    }
}
