import HTTPTypes

/// What every answer tells the browser: nothing from elsewhere, nothing kept, nobody's frame.
enum SecurityHeaders {
    static let contentSecurityPolicy = [
        "default-src 'none'", "img-src data:", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    // With `no-referrer` browsers would send `Origin: null` with our own forms.
    private static let all: [(String, String)] = [
        ("Content-Security-Policy", contentSecurityPolicy),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ]

    static let fields: HTTPFields = {
        var fields = HTTPFields()
        for (name, value) in all {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return fields
    }()
}
