import ArgumentParser

/// A format that profiles are exchanged in.
enum ProfileFormat: String, ExpressibleByArgument, CaseIterable {
    /// `seccomp` of OCI's runtime specification, as Docker, containerd and Kubernetes use it.
    case oci
}
