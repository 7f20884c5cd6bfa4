import ArgumentParser
import Runs
import Store

/// `agentbox credential jwks`
struct CredentialKeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jwks",
        abstract: "Print what verifies the tokens and certificates that are minted here.",
        discussion: """
            A JSON Web Key Set (RFC 7517): Ed25519 keys of sources of `type: jwt`, and the authorities of those of `type: \
            x509`, each with its certificate (`x5c`), as in a SPIFFE bundle. Give it to the resource server. Keys that \
            are not there yet are made. A file of a source that does not load stops it, unless another source is named: a \
            set that lacks keys would take the place of a whole one.

            EXAMPLE
              agentbox credential jwks > jwks.json
            """
    )

    @Flag(help: "The output is JSON anyway.")
    var json = false

    @Argument(help: "One source; of all that mint here if it is not given.")
    var name: String?

    func run() async throws {
        Terminal.print(json: try await PublishedKeys.keys(of: name, home: try Home.open()))
    }
}
