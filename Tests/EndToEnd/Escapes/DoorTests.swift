import StrictJSON
import TestSupport
import Testing

@Suite("No profile reaches a daemon of the host through its socket in the workspace")
struct DoorTests {
    private static let names = [
        "path-socket-in-workspace", "datagram-socket-in-workspace-by-a-pair", "connection-in-workspace-by-a-pair",
    ]

    @Test("whether it shows the workspace whole, in part or not", arguments: Person.possible)
    func sockets(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: \"probe.*\"")
        let profiles = ["base", "pure", "workspace-read", "git", "build"]
        for profile in profiles {
            let isGranted = !["base", "git", "build"].contains(profile)
            try ProbeTool.write(
                "probe.\(profile)", in: scene, sandbox: profile, grants: isGranted ? "[{read: README.md}]" : "[]")
        }
        let inner = try InnerDoors(in: scene.workspace)
        scene.giveAway()
        let words = inner.options + Self.names.flatMap { ["--only", $0] }
        let folders = ["--tools", scene.folder("tools")]
        try ProbeTool.register(in: scene, profiles.map { "probe.\($0)" })
        for profile in profiles {
            let arguments: JSON = ["options": .array(words.map(JSON.string))]
            let result = try scene.call("probe.\(profile)", arguments, options: folders)
            let attempts = try EscapeScene.attempts(of: result)
            #expect(attempts.map(\.name) == Self.names)
            for attempt in attempts {
                #expect(attempt.result == .refused, "\(profile) as \(person): \(attempt)")
            }
        }
    }
}
