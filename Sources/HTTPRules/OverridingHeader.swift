/// Headers from which frameworks and gateways take another method, or another path, than the request line says.
package enum OverridingHeader {
    /// In lower case.
    package static let names: Set<String> = [
        "x-http-method-override", "x-http-method", "x-method-override", "x-original-method", "x-forwarded-method",
        "x-original-url", "x-original-uri", "x-rewrite-url", "x-override-url", "x-forwarded-uri", "x-forwarded-url",
        "x-forwarded-path", "x-forwarded-prefix",
    ]
}
