/// # Manifests
///
/// The three kinds of document that people write: `Tool`, `Sandbox` and `Intent`. The types, the YAML reader that
/// names line, column and key of everything it refuses, and the JSON Schemas that editors use: all three come from
/// one definition per kind.
package enum Manifests {
    /// The only `apiVersion` that this build reads.
    package static let apiVersion = "agentbox.dev/v1"
    /// A larger file is not read as a manifest.
    package static let maximumBytes = SourceText.maximumBytes
}
