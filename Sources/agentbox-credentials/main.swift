import CredentialSources

await CredentialServer.main()
