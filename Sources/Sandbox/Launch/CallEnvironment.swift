import Glibc
import Manifests

/// The environment of a call, made from nothing: what the profile copies from the host by name, what it sets, and what
/// the call adds; the later wins.
package enum CallEnvironment {
    static let defaultPath = "/usr/local/bin:/usr/bin:/bin"

    package static func make(_ profile: ResolvedProfile, adding own: [(String, String)]) -> [(String, String)] {
        var values = ["PATH": defaultPath]
        for name in profile.pass {
            guard let value = getenv(name) else { continue }
            values[name] = String(decoding: UnsafeRawBufferPointer(start: value, count: strlen(value)), as: UTF8.self)
        }
        for (name, value) in profile.set { values[name] = value }
        for (name, value) in own { values[name] = value }
        return values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
