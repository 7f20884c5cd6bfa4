/// # Hosts
///
/// Names, addresses and what stands before a port, read once and strictly: two texts that any client takes to the same
/// place are equal here, or refused. Policy compares with them, and the egress broker dials them. Pure.
package enum Hosts {}
