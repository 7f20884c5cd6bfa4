/// Where programs look for the certificates that they trust. All of them are led to the call's bundle, so that a program
/// works through the inspector as it is.
enum TrustVariables {
    /// The bundle's name among the call's files.
    static let file = "agentbox-trust.pem"

    /// OpenSSL and what follows it (Python, Ruby, Perl, Go, Rust); curl; Requests; Node.js; git; the AWS tools; pip;
    /// Cargo; Deno; gRPC; httplib2; Nix.
    static let names = [
        "SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO",
        "AWS_CA_BUNDLE", "PIP_CERT", "CARGO_HTTP_CAINFO", "DENO_CERT", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
        "HTTPLIB2_CA_CERTS", "NIX_SSL_CERT_FILE", "PERL_LWP_SSL_CA_FILE",
    ]
}
