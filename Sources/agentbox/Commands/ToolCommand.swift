import ArgumentParser

/// `agentbox tool`
struct ToolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tool",
        abstract: "Write, check, test and register tools.",
        discussion: """
            EXAMPLE
              agentbox tool new greet && agentbox tool test greet --tools . && agentbox tool register greet --tools .
            """,
        subcommands: [
            ToolNewCommand.self, ToolCheckCommand.self, ToolTestCommand.self, ToolRegisterCommand.self,
            ToolListCommand.self, ToolShowCommand.self, ToolImportCommand.self,
        ]
    )
}
