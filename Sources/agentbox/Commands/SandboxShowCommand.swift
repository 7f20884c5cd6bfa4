import ArgumentParser
import Diagnostics
import Manifests
import Sandbox
import StrictJSON

/// `agentbox sandbox show`
struct SandboxShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a profile resolved, with the profile that each line comes from.",
        discussion: """
            With --bpf: the filter that it compiles to, what becomes of each system call, and every instruction with \
            the calls that come by it.

            EXAMPLE
              agentbox sandbox show pure
              agentbox sandbox show pure --bpf
            """
    )

    @OptionGroup
    var catalogue: CatalogueOptions

    @Flag(help: "The compiled filter, disassembled.")
    var bpf = false

    @Flag(help: "One JSON object.")
    var json = false

    @Argument(help: "The profile's name, or a file.")
    var name: String

    func run() throws {
        let profile = try ProfileCatalog.load(catalogue).resolve(argument: name)
        if bpf {
            let listing = try FilterListing(profile)
            if json { Terminal.print(json: listing.json()) } else { Self.print(listing) }
        } else if json {
            Terminal.print(json: profile.digestSource)
        } else {
            Self.print(profile)
        }
    }

    private static func print(_ profile: ResolvedProfile) {
        let title = "\(profile.name): \(VisibleText.line(profile.description))"
        for line in TextWrap.lines(title, within: Terminal.width) { Terminal.print(Terminal.styled(line, .bold)) }
        var table = Table()
        for line in profile.origins {
            table.add("  " + line.key, "from \(line.profile)", VisibleText.line(line.line))
        }
        let lines = table.lines(within: Terminal.width) { text, _, column in
            column == 1 ? Terminal.styled(text, .dim) : text
        }
        for line in lines { Terminal.print(line) }
    }

    private static func print(_ listing: FilterListing) {
        for group in listing.summary {
            Terminal.print(Terminal.styled("\(group.outcome) (\(group.calls.count))", .bold))
            for line in TextWrap.lines(group.calls.joined(separator: " "), within: Terminal.width - 2) {
                Terminal.print("  " + line)
            }
        }
        let title = "\(listing.profile), \(listing.architecture): \(listing.lines.count) instructions"
        Terminal.print(Terminal.styled(title, .bold))
        var table = Table()
        for line in listing.lines {
            let target = line.yes.map { yes in
                line.no.map { "? \(number(yes)) : \(number($0))" } ?? "→ \(number(yes))"
            }
            let words = [line.operation, line.operand, target ?? ""].filter { !$0.isEmpty }
            let text = words.joined(separator: " ")
            if line.calls.isEmpty {
                table.add("  " + number(line.number), text)
            } else {
                table.add("  " + number(line.number), text, line.calls)
            }
        }
        for line in table.lines(style: { text, _, column in column == 2 ? Terminal.styled(text, .dim) : text }) {
            Terminal.print(line)
        }
    }

    private static func number(_ value: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, 4 - text.count)) + text
    }
}
