import Manifests
import StrictJSON

/// The model endpoints that the agent itself reaches: the way out that no rule is about.
struct ModelReview {
    let findings: [Finding]

    init(_ intent: Intent, _ usage: IntentUsage) {
        guard !intent.models.isEmpty else {
            findings = []
            return
        }
        let lines = intent.models.map { model in
            let used = usage.models[model.destination.description] ?? ModelUsage()
            let amount = used.connections == 0 ? "never used" : "\(used.up) bytes up, \(used.down) down"
            return "\(model.destination) (\(amount))"
        }
        var found = [
            Finding(
                .modelEndpoints,
                "the agent itself can send whatever it knows to its model endpoints, past every rule: "
                    + lines.joined(separator: ", "))
        ]
        let unused = intent.models.filter { usage.models[$0.destination.description] == nil }
        if usage.runs >= Review.enoughUses, !unused.isEmpty {
            let kept = intent.models.filter { !unused.contains($0) }.map(\.canonicalJSON)
            found.append(
                Finding(
                    .neverUsed, "of its model endpoints no run used " + unused.map(\.text).joined(separator: ", "),
                    edit: .member("models", .array(kept))))
        }
        findings = found
    }
}
