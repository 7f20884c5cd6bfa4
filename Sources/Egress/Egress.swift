/// # Egress
///
/// The network broker. A call has no network but a loopback of its own; init makes a listening socket there for each
/// destination that the call's grants name, and the host hands those sockets to this process, which accepts on them,
/// resolves the name once, checks the addresses, dials the one that it checked, and forwards. It runs as
/// `agentbox-egress` in a box of its own: the host's network, no files but the resolver's configuration, no programs, no
/// keys. What it holds of a call goes when the call does; nothing is pooled, resumed or shared between calls.
///
/// The host speaks with it in strict JSON, a message a packet (`BrokerRequest`, `BrokerAnswer`).
package enum Egress {}
