import Manifests
import StrictJSON

/// What would allow a call that was denied: the smallest change of the intent, or who has to do something else.
///
/// For people only: it names what the intent holds. An agent that is told how the intent would have to read knows what
/// to ask a person for in other words.
package struct Amendment: Hashable, Sendable {
    /// What would let the call through, in a sentence: lower case, without a full stop.
    package let advice: String
    /// A rule to add to `rules`, or a key of the intent to change; nil where no text does it. Read back by the manifest
    /// reader before it is given out.
    package let yaml: String?
    /// How the amended intent stands to the present one, about this tool.
    package let relation: Relation
    /// What it lets through besides this very call; empty means nothing.
    package let opens: [Opening]
    /// The rule to add, if it is one.
    package let rule: Intent.Rule?

    /// Calls that an amendment lets through though nobody asked for them.
    package struct Opening: Hashable, Sendable {
        /// Reads after "it also opens".
        package let text: String
        /// The arguments of such a call.
        package let witness: JSON?
    }

    init(
        _ advice: String, yaml: String? = nil, relation: Relation = .equal, opens: [Opening] = [],
        rule: Intent.Rule? = nil
    ) {
        self.advice = advice
        self.yaml = yaml
        self.relation = relation
        self.opens = opens
        self.rule = rule
    }

    /// - Parameter limit: Bytes beyond which a text is left out and counted, for records of bounded size.
    package func json(limit: Int = .max) -> JSON {
        var object = JSONObject()
        object["advice"] = .string(advice)
        if let yaml {
            if yaml.utf8.count <= limit {
                object["yaml"] = .string(yaml)
            } else {
                object["yamlBytes"] = .integer(Int64(yaml.utf8.count))
            }
        }
        object["relation"] = .string(relation.rawValue)
        object["opens"] = .array(
            opens.map { opening in
                var object = JSONObject()
                object["text"] = .string(opening.text)
                if let witness = opening.witness, witness.encoded().count <= limit { object["witness"] = witness }
                return .object(object)
            })
        return .object(object)
    }
}
