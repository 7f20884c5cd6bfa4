import HTTPRules
import Hosts

/// A credential that is delivered by the inspector: what stands for it in the box, and the requests it is for.
package struct Injection: Sendable {
    /// The credential's name in its tool.
    package var name: String
    package var placeholder: Placeholder
    package var secret: SecretBytes
    /// One of the call's, which is inspected.
    package var destination: Destination
    /// Empty: every method.
    package var methods: [MethodName]
    /// Empty: every path.
    package var paths: [PathPattern]
    /// Headers that it may be put into, beside the usual ones; in lower case.
    package var headers: Set<String>
    /// In so many requests of the call; nil: in any number.
    package var uses: Int?

    /// - Throws: `UnusableSecret` if the secret cannot stand in a header.
    package init(
        name: String, placeholder: Placeholder, secret: SecretBytes, destination: Destination,
        methods: [MethodName] = [], paths: [PathPattern] = [], headers: [String] = [], uses: Int? = nil
    ) throws(UnusableSecret) {
        // RFC 9110, 5.5. A line break would make of one header two.
        let isUsable = secret.withBytes { bytes in
            bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F } && bytes.first != 0x20 && bytes.last != 0x20
        }
        guard isUsable else {
            throw UnusableSecret(reason: "it holds a control character or a space at an end, and no header can")
        }
        guard secret.count >= Self.shortestSecret else {
            throw UnusableSecret(
                reason:
                    "it is shorter than \(Self.shortestSecret) bytes: it could not be told from other text in answers")
        }
        guard secret.count <= Self.longestSecret else {
            throw UnusableSecret(reason: "it is longer than \(Self.longestSecret) bytes")
        }
        self.name = name
        self.placeholder = placeholder
        self.secret = secret
        self.destination = destination
        self.methods = methods
        self.paths = paths
        self.headers = Set(headers.map { $0.lowercased() })
        self.uses = uses
    }

    package static let shortestSecret = 8
    package static let longestSecret = 16 << 10

    /// Why a secret cannot be delivered this way; the reason reads after "the secret cannot be put into a header: ".
    package struct UnusableSecret: Error, Hashable, Sendable {
        package let reason: String
    }

    var rule: RequestRule { RequestRule(methods: methods, paths: paths) }
}
