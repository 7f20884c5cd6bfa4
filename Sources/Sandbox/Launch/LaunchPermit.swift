/// The right to start processes. Only a file that says `@_spi(Launch) import Sandbox` can make one, so that a search
/// for these words finds every place from which a call or an agent may be started.
@_spi(Launch)
public struct LaunchPermit: Sendable {
    /// Makes the permit.
    public init() {}
}
