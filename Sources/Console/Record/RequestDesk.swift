import Diagnostics
import Registry
import Runs
import Store

/// The desk at which people answer, opened when it is first needed.
actor RequestDesk {
    private let home: Home
    private var opened: ApprovalDesk?

    init(_ home: Home) { self.home = home }

    func desk() async throws(StoreError) -> ApprovalDesk {
        if let opened { return opened }
        let desk = try await ApprovalDesk.open(home)
        opened = desk
        return desk
    }

    /// How many requests wait; nil if that cannot be told.
    func pendingCount() async -> Int? { try? await desk().pending().count }
}
