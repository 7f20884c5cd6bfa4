import CredentialSources

// agentbox-credentials                   the sources of a run that ask servers
// agentbox-credentials postgres-socket   one call's PostgreSQL socket
CredentialSources.useNameServers()
if CommandLine.arguments.dropFirst() == [PostgresSocketServer.word] { PostgresSocketServer.main() }
await CredentialServer.main()
