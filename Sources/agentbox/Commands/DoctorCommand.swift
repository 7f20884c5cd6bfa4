import ArgumentParser
import Sandbox
import Store
import StrictJSON

/// `agentbox doctor`
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what this host enforces, layer by layer.",
        discussion: """
            Tries each layer, and says what is lost where one is missing and how to get it. Exit status 1 if calls \
            cannot be confined here.

            EXAMPLE
              agentbox doctor
            """
    )

    @Flag(help: "One JSON object.")
    var json = false

    func run() async throws {
        let installation = try Installation.find()
        let host = await HostCapabilities.probe(initPath: installation.programs + "/agentbox-init")
        if json {
            Terminal.print(json: Self.json(host))
        } else {
            Terminal.print("kernel \(host.kernel), running as \(host.isRoot ? "root" : "an ordinary user")")
            var table = Table()
            for layer in host.layers { table.add("  " + layer.name, layer.state.rawValue, layer.detail) }
            let lines = table.lines { text, row, column in
                column == 1 ? Terminal.styled(text, Self.style(host.layers[row].state)) : text
            }
            for (line, layer) in zip(lines, host.layers) {
                Terminal.print(line)
                if layer.state != .enforced, let remedy = layer.remedy { Terminal.print("      " + remedy) }
            }
            Terminal.print(host.isUsable ? "calls can be confined here" : "calls cannot be confined here")
        }
        if !host.isUsable { throw ExitCode(ExitStatus.checkFailed) }
    }

    private static func style(_ state: HostCapabilities.Layer.State) -> Terminal.Style {
        switch state {
        case .enforced: .green
        case .missing: .red
        case .optional: .yellow
        }
    }

    private static func json(_ host: HostCapabilities) -> JSON {
        [
            "kernel": .string(host.kernel), "root": .bool(host.isRoot), "usable": .bool(host.isUsable),
            "layers": .array(
                host.layers.map { layer in
                    [
                        "name": .string(layer.name), "state": .string(layer.state.rawValue),
                        "detail": .string(layer.detail), "remedy": layer.remedy.map(JSON.string) ?? .null,
                    ]
                }),
        ]
    }
}
