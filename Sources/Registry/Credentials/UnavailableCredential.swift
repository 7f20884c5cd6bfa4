import Diagnostics
import Manifests
import StrictJSON

/// A credential that a call needs and that nobody here can issue: what it would be for, and what is missing.
package struct UnavailableCredential: Error, Sendable {
    package let template: CredentialTemplate
    /// In the source's words, with the call's arguments in place; nil if they do not fit it.
    package let scope: JSON?
    let refusal: Refusal

    init(_ template: CredentialTemplate, arguments: JSON, refusal: Refusal) {
        self.template = template
        scope = try? template.scope.expand(arguments: arguments)
        self.refusal = refusal
    }

    /// What is missing.
    package var problem: String { refusal.reason }

    /// As previews have it.
    package var json: JSON {
        var object: JSONObject = [
            "name": .string(template.name), "source": .string(template.source.rawValue),
            "deliver": template.delivery.canonicalJSON, "problem": .string(refusal.reason),
        ]
        object["scope"] = scope
        return .object(object)
    }

    /// One line for a person.
    package var words: String {
        let scope = scope.flatMap { scope in
            scope == .object([:]) ? nil : " (scope \(VisibleText.line(scope.encodedString(), limit: 1000)))"
        }
        return "credential \(VisibleText.quoted(template.name)) of \(VisibleText.quoted(template.source.rawValue))"
            + "\(scope ?? ""): MISSING"
    }
}
