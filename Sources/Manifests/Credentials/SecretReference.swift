/// Where a secret of the host is.
package enum SecretReference: Hashable, Sendable {
    case file(String)
    case environment(String)

    static let shape: Shape<SecretReference> = object(
        "where a secret is, such as `{file: token}`",
        optional("file", .line("a path", maximum: 4096), "A file."),
        optional("environment", .line("the name of a variable"), "A variable.")
    ) { file, environment in
        file.map { .file($0) } ?? .environment(environment ?? "")
    }.exactlyOne(of: ["file", "environment"])
}
