import ArgumentParser

/// `agentbox approve`
struct ApproveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "See which calls wait for a person, and answer.",
        discussion: """
            A rule `approve: TOOL` makes a call wait until people have said yes to exactly that call, once. Its `by` says \
            who: {role: maintainer, quorum: 2, assurance: A2, notPrincipal: true, expires: 10m}.

              A1  you, the user who started `agentbox run`, from outside the box
              A2  somebody whom $AGENTBOX_HOME/allowed_signers names, by signing with an SSH key
              A3  the same by a hardware key with touch
              A4  two different people, each A2 or better

            Under `agentbox mcp` and `agentbox call --intent` the agent runs as you and could answer for you: there A1 \
            is refused.

            EXAMPLES
              agentbox approve watch                          requests as they come
              agentbox approve show k3f9x2mq                  exactly what is asked
              agentbox approve allow k3f9x2mq
              agentbox approve allow k3f9x2mq --key ~/.ssh/id_ed25519 --as bob@example.com
              agentbox approve deny k3f9x2mq --reason "push to a branch of your own"
            """,
        subcommands: [
            ApproveListCommand.self, ApproveShowCommand.self, ApproveAllowCommand.self, ApproveDenyCommand.self,
            ApproveWatchCommand.self, ApproveResumeCommand.self,
        ]
    )
}
