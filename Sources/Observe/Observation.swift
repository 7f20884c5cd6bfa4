import Diagnostics
import LinuxIO
import StrictJSON

/// What was seen of a workflow.
package struct Observation: Sendable {
    package var command: [String]
    /// The command's own; 128 + n if signal n ended it.
    package var exitStatus: Int32
    package var credentials: [FoundCredential]
    package var destinations: [SeenDestination]
    /// sudo and the like could not gain rights while it was watched.
    package var gaveUpRights: Bool
    /// Something that it started goes on.
    package var leftBehind: Bool
    /// More happened than is kept.
    package var isIncomplete: Bool

    /// Something that opens doors and that the workflow could read.
    package struct FoundCredential: Sendable {
        package var place: Place
        /// What it looks like: `a GitHub personal token`; or what is kept there by custom.
        package var kind: String
        /// Programs that had it, by their paths, in the order in which they came.
        package var programs: [String]
        /// Where they connected after they had it.
        package var hosts: [String]
        package var expires: Timestamp?
        /// In words, where no moment is known.
        package var lifetime: String?
        /// Since the file was last written.
        package var age: Duration?
    }

    /// Where a credential was.
    package enum Place: Sendable, Hashable, Comparable {
        case environment(String)
        case file(String)
        case agent(String)
        /// Among the words of a program, where every program of the user can read it.
        case argument(String)

        package var word: String {
            switch self {
            case .environment: "environment"
            case .file: "file"
            case .agent: "agent-socket"
            case .argument: "argument"
            }
        }

        package var name: String {
            switch self {
            case .environment(let name), .file(let name), .agent(let name), .argument(let name): name
            }
        }

        /// Where, for people.
        package var text: String {
            switch self {
            case .environment(let name): "$\(name)"
            case .file(let path): path
            case .agent(let path): "the socket \(path)"
            case .argument(let program): "the words of \(program)"
            }
        }
    }

    /// Where the workflow connected.
    package struct SeenDestination: Sendable {
        /// `api.github.com:443`, or an address where no name is known.
        package var name: String
        package var addresses: [String]
        package var programs: [String]
    }

    package var json: JSON {
        [
            "command": .array(command.map(JSON.string)), "exit": .integer(Int64(exitStatus)),
            "credentials": .array(credentials.map(\.json)), "destinations": .array(destinations.map(\.json)),
            "gaveUpRights": .bool(gaveUpRights), "leftBehind": .bool(leftBehind), "complete": .bool(!isIncomplete),
        ]
    }
}

extension Observation.FoundCredential {
    fileprivate var json: JSON {
        var object: JSONObject = [
            "place": .string(place.word), "name": .string(place.name), "kind": .string(kind),
            "programs": .array(programs.map(JSON.string)), "hosts": .array(hosts.map(JSON.string)),
        ]
        object["expires"] = expires.map { .string($0.description) }
        object["lifetime"] = lifetime.map(JSON.string)
        object["ageInDays"] = age.map { .integer($0.components.seconds / 86_400) }
        return .object(object)
    }

    /// How long it lives, for people.
    package func lifetimeText(now: Timestamp) -> String {
        if let expires {
            return expires < now ? "ended \(expires)" : "until \(expires)"
        }
        let days = age.map { Int($0.components.seconds / 86_400) }
        let written = days.map {
            "; the file was written \($0 == 0 ? "today" : $0 == 1 ? "a day ago" : "\($0) days ago")"
        }
        return (lifetime ?? "nothing says when it ends") + (written ?? "")
    }
}

extension Observation.SeenDestination {
    fileprivate var json: JSON {
        [
            "name": .string(name), "addresses": .array(addresses.map(JSON.string)),
            "programs": .array(programs.map(JSON.string)),
        ]
    }
}
