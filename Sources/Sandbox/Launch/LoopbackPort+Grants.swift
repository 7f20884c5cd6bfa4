import Hosts
import Manifests

extension LoopbackPort {
    /// The ports at which a call may listen: under `network: granted` what its grants name, else whatever the profile's
    /// filter gives sockets for, which is nil.
    package static func open(to grants: [ResolvedGrant], under profile: ResolvedProfile) -> [LoopbackPort]? {
        profile.network == .granted ? grants.compactMap(\.port) : nil
    }
}
