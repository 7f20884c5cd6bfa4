import StrictJSON
import TestSupport

/// The probe as tools of a scene, each under another profile.
enum ProbeTool: String, CaseIterable {
    /// Under `pure`, as it is bundled.
    case pure = "probe.pure"
    /// The same with limits that a second reaches.
    case small = "probe.small"
    /// With little time.
    case brief = "probe.brief"

    private var sandbox: String { self == .pure ? "pure" : "probe-small" }
    private var time: String { self == .brief ? "1s" : "60s" }

    /// Writes the tools and the profiles into the scene's folder.
    static func write(in scene: Scene) throws {
        for tool in allCases {
            try write(tool.rawValue, in: scene, sandbox: tool.sandbox, grants: "[{read: README.md}]", time: tool.time)
        }
        try writeBare(in: scene)
        for base in ["pure", "agent"] {
            try scene.folder.write("sandboxes/probe-small-\(base).yaml", smallProfile(base))
        }
        scene.giveAway()
    }

    /// Writes one more.
    static func write(
        _ name: String, in scene: Scene, sandbox: String, grants: String, time: String = "60s"
    ) throws {
        try Probe.copy(to: scene.folder, as: "tools/\(name)/probe")
        try scene.folder.write(
            "tools/\(name)/tool.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: \(name)
            version: 1.0.0
            description: Tries what a hostile tool would try.
            command: [./probe, --, "${args.options}"]
            input: argv
            inputSchema:
              type: object
              properties: {options: {type: array, items: {type: string}}, path: {type: string}}
              required: [options]
              additionalProperties: false
            sandbox: \(sandbox)
            grants: \(grants)
            limits: {time: \(time), output: 1MiB}
            """)
    }

    /// One that puts a value where its program looks for options.
    private static func writeBare(in scene: Scene) throws {
        try Probe.copy(to: scene.folder, as: "tools/probe.bare/probe")
        try scene.folder.write(
            "tools/probe.bare/tool.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: probe.bare
            version: 1.0.0
            description: Takes one word.
            command: [./probe, "${args.option}"]
            input: argv
            inputSchema:
              {type: object, properties: {option: {type: string}}, required: [option], additionalProperties: false}
            sandbox: pure
            grants: []
            """)
    }

    /// The folders that every command has to be told of.
    static func folders(of scene: Scene) -> [String] {
        ["--tools", scene.folder("tools")] + (hasProfiles(scene) ? ["--sandboxes", scene.folder("sandboxes")] : [])
    }

    private static func hasProfiles(_ scene: Scene) -> Bool { File.exists(scene.folder("sandboxes")) }

    static func register(in scene: Scene, _ names: [String] = allCases.map(\.rawValue) + ["probe.bare"]) throws {
        for name in names {
            let registered = scene.agentbox(["tool", "register", name] + folders(of: scene))
            guard registered.status == 0 else { throw TestSupportError("\(registered)") }
        }
    }

    private static func smallProfile(_ base: String) -> String {
        """
        apiVersion: agentbox.dev/v1
        kind: Sandbox
        name: probe-small\(base == "agent" ? "-agent" : "")
        description: A profile whose limits are soon reached.
        extends: \(base)
        filesystem: {tmp: 2MiB}
        limits: {memory: 64MiB, processes: 8, cpu: 1s, files: 32, fileSize: 1MiB}
        """
    }
}
