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
            Tries each layer, and says which kernel brought it, what is lost where it is missing, and how to get it. \
            A layer that is optional is one that only some profiles ask for. Exit status 1 if calls cannot be confined \
            here.

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
            let filtered = host.isFiltered ? ", under a filter of somebody else's" : ""
            let person = host.isRoot ? "root" : "an ordinary user"
            Terminal.print(
                prose: "kernel \(host.kernel), running as \(person)\(filtered)")
            Self.print(host.layers)
            Terminal.print(host.isUsable ? "calls can be confined here" : "calls cannot be confined here")
        }
        if !host.isUsable { throw ExitCode(ExitStatus.checkFailed) }
    }

    private static func print(_ layers: [HostCapabilities.Layer]) {
        var table = Table()
        for layer in layers {
            let since = layer.since.map { "Linux \($0)" } ?? "setting"
            table.add("  " + layer.name, since, layer.state.rawValue, layer.detail)
        }
        let rows = table.rows(within: Terminal.tableWidth) { text, row, column in
            column == 2 ? Terminal.styled(text, style(layers[row].state)) : text
        }
        for (lines, layer) in zip(rows, layers) {
            for line in lines { Terminal.print(line) }
            guard layer.state != .enforced else { continue }
            for (label, text) in [("without it", layer.lost), ("to get it", layer.remedy)] {
                guard let text else { continue }
                for line in TextWrap.lines("\(label): \(text)", within: Terminal.width - 6) {
                    Terminal.print("      " + line)
                }
            }
        }
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
            "kernel": .string(host.kernel), "root": .bool(host.isRoot), "filtered": .bool(host.isFiltered),
            "usable": .bool(host.isUsable),
            "layers": .array(
                host.layers.map { layer in
                    [
                        "name": .string(layer.name), "state": .string(layer.state.rawValue),
                        "detail": .string(layer.detail), "since": layer.since.map(JSON.string) ?? .null,
                        "lost": layer.lost.map(JSON.string) ?? .null, "remedy": layer.remedy.map(JSON.string) ?? .null,
                    ]
                }),
        ]
    }
}
