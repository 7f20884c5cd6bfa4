import ArgumentParser
import Diagnostics
import Runs
import Sandbox
import Store
import StrictJSON

/// `agentbox changes`
struct ChangesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "changes",
        abstract: "Show what a run changed in the workspace, or take it back.",
        discussion: """
            EXAMPLE
              agentbox changes show              what the last run changed, as a diff
            """,
        subcommands: [Show.self, Undo.self]
    )

    struct RunOption: ParsableArguments {
        @Option(help: "The run's name, or the beginning of it; without it the last run that changed something.")
        var run: String?

        func directory(in home: Home) throws -> String { try ChangedRun.directory(named: run, in: home) }
    }

    /// `agentbox changes show`
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show what a run changed, as a diff.",
            discussion: """
                EXAMPLES
                  agentbox changes show
                  agentbox changes show --run 2026-11-24-0d1f3a4b5c6d --json
                """
        )

        @OptionGroup
        var selection: RunOption

        @Flag(help: "One JSON object, without the diffs.")
        var json = false

        func run() async throws {
            let changes = try await RunChanges.load(runDirectory: try selection.directory(in: try Home.open()))
            if json {
                Terminal.print(json: changes.json())
                return
            }
            for change in changes.net {
                Terminal.print(Terminal.styled("\(change.kind.rawValue) \(VisibleText.line(change.path))", .bold))
                if let review = change.review {
                    Terminal.print(Terminal.styled("  look at it before you use it: \(review)", .yellow))
                }
                for line in DiffText.lines(try await changes.diff(of: change)) { Terminal.print(line) }
            }
            for line in UndoNotes(changes).lines { Terminal.note(line) }
        }
    }

    /// `agentbox changes undo`
    struct Undo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "undo",
            abstract: "Take back what a run changed.",
            discussion: """
                A file that somebody changed after the run is left alone and named. Exit status 1 if there is any, 125 \
                if the run changed nothing under a name that is given.

                EXAMPLES
                  agentbox changes undo
                  agentbox changes undo Sources/main.c
                """
        )

        @OptionGroup
        var selection: RunOption

        @Argument(help: "What to take back, relative to the workspace; without it everything.")
        var paths: [String] = []

        @Flag(help: "One JSON object.")
        var json = false

        func run() async throws {
            let directory = try selection.directory(in: try Home.open())
            let before = try await RunChanges.load(runDirectory: directory)
            for path in paths { try before.requireChange(at: path) }
            let report = try await RunChanges.undo(runDirectory: directory, paths: paths.isEmpty ? nil : paths)
            let undone = report.record?.changes ?? []
            if json {
                Terminal.print(
                    json: [
                        "undone": .array(undone.map { $0.json() }),
                        "conflicts": .array(
                            report.conflicts.map { ["path": .string($0.path), "reason": .string($0.reason)] }),
                    ])
            } else {
                for change in undone { Terminal.print("taken back  \(VisibleText.line(change.path))") }
                if undone.isEmpty && report.conflicts.isEmpty {
                    Terminal.note("there is nothing to take back")
                    for line in UndoNotes(before).lines { Terminal.note(line) }
                }
                for conflict in report.conflicts {
                    Terminal.print(
                        Terminal.styled("left alone  ", .yellow)
                            + "\(VisibleText.line(conflict.path)): \(VisibleText.line(conflict.reason))")
                }
            }
            if !report.conflicts.isEmpty { throw ExitCode(ExitStatus.checkFailed) }
        }
    }
}

/// A difference as a terminal shows it.
enum DiffText {
    static func lines(_ diff: FileDiff) -> [String] {
        switch diff {
        case .text(let text):
            return VisibleText.block(text).split(separator: "\n", omittingEmptySubsequences: false).dropLast(
                text.hasSuffix("\n") ? 1 : 0
            ).map { line in
                switch line.first {
                case "+": Terminal.styled(String(line), .green)
                case "-": Terminal.styled(String(line), .red)
                case "@": Terminal.styled(String(line), .dim)
                default: String(line)
                }
            }
        case .binary: return ["  (not a text)"]
        case .tooLarge: return ["  (too large to compare line by line)"]
        case .unknown: return ["  (its content was not kept)"]
        case .none: return []
        }
    }
}
