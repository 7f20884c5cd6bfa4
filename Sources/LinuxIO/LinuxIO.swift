/// # LinuxIO
///
/// Descriptors that close themselves, system calls that name what failed, and the two ways to wait without blocking
/// the cooperative pool: `Reactor` for readiness, process exits and deadlines, `BlockingPool` for file work such as
/// `fdatasync`. Everything that reads or writes on this host goes through it.
package enum LinuxIO {}
