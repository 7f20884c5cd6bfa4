import Glibc
import Manifests

/// The environment of a call, made from nothing: what the profile copies from the host by name, what it sets, and what
/// the call adds; the later wins.
package enum CallEnvironment {
    static let defaultPath = "/usr/local/bin:/usr/bin:/bin"

    package static func make(_ profile: ResolvedProfile, adding own: [(String, String)]) -> [(String, String)] {
        // A handful: quicker to look through than to hash.
        var values = [("PATH", defaultPath)]
        func set(_ name: String, _ value: String) {
            if let index = values.firstIndex(where: { $0.0 == name }) {
                values[index].1 = value
            } else {
                values.append((name, value))
            }
        }
        for name in profile.pass {
            guard let value = getenv(name) else { continue }
            set(name, String(decoding: UnsafeRawBufferPointer(start: value, count: strlen(value)), as: UTF8.self))
        }
        for (name, value) in profile.set { set(name, value) }
        for (name, value) in own { set(name, value) }
        values.sort { $0.0 < $1.0 }
        return values
    }
}
