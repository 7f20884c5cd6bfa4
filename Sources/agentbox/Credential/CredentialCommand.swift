import ArgumentParser

/// `agentbox credential`
struct CredentialCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credential",
        abstract: "The sources that issue credentials to calls.",
        discussion: """
            A tool names a source in its `credentials`; each call gets a credential of its own, which works for that call \
            and is revoked and probed when it is over. Sources are files of $AGENTBOX_HOME/sources, which only you may \
            write:

              apiVersion: agentbox.dev/v1
              kind: CredentialSource
              name: internal-api
              type: jwt
              options: {issuer: "https://agentbox.example.com", audiences: ["https://api.example.com"]}

            EXAMPLES
              agentbox credential list
              agentbox credential check
              agentbox credential test internal-api
              agentbox credential jwks
            """,
        subcommands: [
            CredentialListCommand.self, CredentialCheckCommand.self, CredentialTestCommand.self,
            CredentialKeysCommand.self,
        ]
    )
}
