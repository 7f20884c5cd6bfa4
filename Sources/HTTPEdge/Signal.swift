import CSandbox
import LinuxIO

/// A flag that tasks can wait for.
enum Signal {
    static func make() throws(SystemError) -> SharedDescriptor {
        let raw = eventfd_shim_create()
        guard raw >= 0 else { throw SystemError.last("eventfd") }
        return Descriptor(owning: raw).shared()
    }

    static func set(_ flag: SharedDescriptor) { eventfd_shim_signal(flag.raw) }

    static func clear(_ flag: SharedDescriptor) { eventfd_shim_drain(flag.raw) }
}
