import Manifests
import StrictJSON

/// What one profile opens and closes relative to another, decided on what both enforce.
package struct ProfileComparison: Sendable {
    /// One difference.
    package struct Change: Hashable, Sendable {
        package enum Direction: String, Hashable, Sendable {
            case opens, closes
            /// Something is different, and nothing passes that did not, nor the other way round.
            case changes
            /// Whether it opens or closes something depends on what programs make of it.
            case unknown
        }

        package let area: Area
        package let direction: Direction
        package let text: String

        init(_ area: Area, _ direction: Direction, _ text: String) {
            self.area = area
            self.direction = direction
            self.text = text
        }
    }

    package enum Area: String, Hashable, Sendable, CaseIterable {
        case isolation
        case fileSystem = "file system"
        case network
        case systemCalls = "system calls"
        case environment, limits
    }

    package enum Relation: String, Hashable, Sendable {
        /// Neither opens nor closes anything.
        case same
        case narrower, wider, both, unknown
    }

    package let changes: [Change]

    /// - Throws: What makes one of the filters impossible to compile.
    package init(from old: ResolvedProfile, to new: ResolvedProfile) throws(SandboxError) {
        changes =
            SettingChanges.changes(old, new) + FileChanges.changes(old, new) + (try CallChanges.changes(old, new))
    }

    /// What is unknown may be either, so it leaves only `both` certain.
    package var relation: Relation {
        let directions = Set(changes.map(\.direction))
        let (opens, closes) = (directions.contains(.opens), directions.contains(.closes))
        if opens && closes { return .both }
        if directions.contains(.unknown) { return .unknown }
        return opens ? .wider : closes ? .narrower : .same
    }

    package func json() -> JSON {
        [
            "relation": .string(relation.rawValue),
            "changes": .array(
                changes.map {
                    [
                        "area": .string($0.area.rawValue), "direction": .string($0.direction.rawValue),
                        "text": .string($0.text),
                    ]
                }),
        ]
    }
}
