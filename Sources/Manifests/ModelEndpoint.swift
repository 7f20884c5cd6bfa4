import Diagnostics
import Hosts
import StrictJSON

/// Where the agent itself may connect to: a model that it thinks with. Whatever the agent knows can leave by it.
package struct ModelEndpoint: Hashable, Sendable {
    /// As written: `api.example.com`, or `models.internal:8443`.
    package var text: String
    package var destination: Destination
    /// Ranges of addresses that are not public and that the name may lead to all the same.
    package var within: [String]
}

extension ModelEndpoint {
    static let shape: Shape<ModelEndpoint> = .either([
        (.text, place.map { ModelEndpoint(text: $0.text, destination: $0.destination, within: []) }),
        (
            .mapping,
            object(
                "a mapping with `connect` and `within`",
                required("connect", place, "The host, with a port where it is not 443."),
                required(
                    "within",
                    Shape<[String]>.list(
                        of: .addressRange, "a list of address ranges such as `10.0.0.0/8`", count: 1...16
                    ).unique { $0 },
                    "Addresses that are not public and that it may lead to all the same.")
            ) { ModelEndpoint(text: $0.text, destination: $0.destination, within: $1) }
        ),
    ])

    private struct Place {
        let text: String
        let destination: Destination
    }

    private static let place: Shape<Place> = .text(
        "a host such as `api.example.com` or `models.internal:8443`",
        pattern: String(HostPattern.namePattern.dropLast()) + "(:[1-9][0-9]{0,4})?$", length: 1...260
    ) { text in
        let host = text.prefix { $0 != ":" }
        guard HostPattern.isName(String(host)), !text.contains("/") else { return nil }
        guard let destination = try? Destination(text.contains(":") ? text : text + ":443") else { return nil }
        return Place(text: text, destination: destination)
    }.checked { place, located, decoding in
        guard place.destination.host.isCallItself else { return }
        decoding.report(
            .invalidValue, at: located.position,
            "\(VisibleText.quoted(place.text)) leads nowhere: `localhost` is the agent's own box there, never this host",
            suggestion: "name this host by its own name, with `within` for its addresses")
    }

    package var canonicalJSON: JSON {
        guard !within.isEmpty else { return .string(text) }
        return ["connect": .string(text), "within": .array(within.map(JSON.string))]
    }
}
