/// # HTTPRules
///
/// What a grant says of the requests that it covers: methods, paths, headers, the size of a body. Paths are held against
/// patterns in one canonical form only, and a path that two servers may read in two ways has none. Pure: manifests are
/// checked by it, and `agentbox-inspect` holds requests against it.
package enum HTTPRules {}
