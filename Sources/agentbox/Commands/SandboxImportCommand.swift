import ArgumentParser
import Diagnostics
import Glibc
import LinuxIO
import Manifests
import Sandbox
import StrictJSON

/// `agentbox sandbox import`
struct SandboxImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a profile of a container runtime's system call filter.",
        discussion: """
            Prints a profile that lets the same calls with the same arguments pass, and says on standard error what \
            it opens and what stays denied. What cannot be carried over is an error that names its place. Everything \
            but system calls is as in `base`.

            Conditions of Docker's format (capabilities, kernel, architecture) are resolved: for a container without \
            capabilities unless --cap names some, on this kernel unless --kernel names another, on this architecture.

            EXAMPLE
              agentbox sandbox import default.json --format oci --name docker > docker.yaml
              agentbox sandbox import default.json --format oci --name docker --keep-denials
            """
    )

    @OptionGroup
    var catalogue: CatalogueOptions

    @Option(help: "The format: oci.")
    var format: ProfileFormat

    @Option(help: "The profile's name; else the file's.")
    var name: String?

    @Option(name: .customLong("cap"), help: "A capability of the container, such as CAP_SYS_ADMIN. Repeatable.")
    var capabilities: [String] = []

    @Option(help: "The kernel's version, such as 6.1; else this one's.")
    var kernel: String?

    @Flag(help: "Leave out what every profile here refuses unless it names it, and say what that is.")
    var keepDenials = false

    @Flag(help: "One JSON object: the profile, what it opens, what stays denied, and notes.")
    var json = false

    @Argument(help: "The file.")
    var file: String

    func run() throws {
        let name = try profileName()
        let bytes = try Descriptor.open(file, O_RDONLY).readAll(limit: 4 << 20)
        let base = try ProfileCatalog.load(catalogue).resolve(argument: "base")
        let host = try host()
        let result: OCIImport
        do {
            result = try OCIImport(
                try JSON(parsing: bytes), name: name, description: Self.description(of: file), base: base, host: host,
                keepsDenials: keepDenials)
        } catch let problem as any Diagnostic {
            throw CommandError(
                "\(VisibleText.line(file)): \(problem.message)",
                remedy: problem.remedy ?? "the file is the `seccomp` object of the OCI runtime specification, as JSON")
        }
        if json {
            Terminal.print(json: result.json())
            return
        }
        Terminal.printRaw(ProfileText.yaml(result.profile, comment: comment(result)))
        for line in result.staysDenied { Terminal.note("stays denied: \(line)") }
        if !result.opens.isEmpty {
            Terminal.note(
                "opens what no bundled profile does; --keep-denials leaves it out: "
                    + result.opens.joined(separator: " "))
        }
        for note in result.notes { Terminal.note(note) }
    }

    private static func description(of file: String) -> String {
        "The system calls of \(VisibleText.line(lastName(file), limit: 80)), imported."
    }

    private static func lastName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    private func profileName() throws -> ProfileName {
        let text = name ?? Self.lastName(file).split(separator: ".").first.map { $0.lowercased() } ?? ""
        guard let name = ProfileName(text) else {
            throw CommandError("`\(VisibleText.line(text))` is not a profile's name", remedy: "name it with --name")
        }
        return name
    }

    private func host() throws -> OCIHost {
        guard let version = KernelVersion(kernel ?? KernelVersion.running) else {
            throw CommandError("`\(VisibleText.line(kernel ?? ""))` is no kernel's version", remedy: "write `6.1`")
        }
        if let wrong = capabilities.first(where: { !CapabilityNames.all.contains($0) }) {
            let near = Nearest.match(wrong, among: CapabilityNames.all.sorted())
            throw CommandError(
                "`\(VisibleText.line(wrong))` is no capability",
                remedy: near.map { "did you mean `\($0)`?" } ?? "write it as in the file: `CAP_SYS_ADMIN`")
        }
        return OCIHost(capabilities: Set(capabilities), kernel: version)
    }

    /// What a reviewer has to know, above the profile.
    private func comment(_ result: OCIImport) -> [String] {
        let caps = capabilities.isEmpty ? "no capabilities" : capabilities.sorted().joined(separator: ", ")
        var lines = ["Imported from \(Self.lastName(file)), for a container with \(caps)."]
        if !result.opens.isEmpty {
            lines.append("For review: no bundled profile opens " + result.opens.joined(separator: ", "))
        }
        return lines + result.staysDenied.map { "Stays denied: \($0)" } + result.notes
    }
}
