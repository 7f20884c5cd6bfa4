import CSandbox
import LinuxIO

/// Views that stand before there is a call for them, and slots in them: a call that wants one of these pays for its
/// grant only.
///
/// A slot serves one call and goes with it, so no call finds anything of another. What is ready depends on the calls so
/// far: a view that a call was set up for is kept, and made anew beside it, once that call is over. A pool belongs to
/// one run; when it goes, its templates do.
actor TemplatePool {
    /// Slots that wait, of one view: so many calls in a row, or at once, find one ready.
    private static let depth = 2
    /// Views that are kept, at least one a tool: each is a template of two processes, and its slots of one each.
    private static let limit = 10

    private struct Template {
        let view: ViewPlan
        let process: InitProcess
        var slots: [Slot] = []
        /// On their way.
        var coming = 0
    }

    /// The one that was asked for last is last.
    private var templates: [Template] = []
    /// Started for a view that nobody knows yet: its namespaces are made while no call waits. For calls that no template
    /// serves, such as those that write.
    private var spares: [InitProcess] = []
    private let initPath: String

    init(initPath: String) { self.initPath = initPath }

    /// True if nothing is ready: no call need wait to hear that.
    var isEmpty: Bool { templates.isEmpty }

    /// A slot with exactly this view, for this call alone; nil if there is no template of it, or it has died.
    func take(_ view: ViewPlan) async -> Slot? {
        guard let index = index(of: view) else { return nil }
        var template = templates.remove(at: index)
        let ready = template.slots.popLast()
        templates.append(template)
        if let ready { return ready }
        // To move it into its group would take longer than to build all anew.
        if ControlGroups.here?.version == .two { return nil }
        do {
            return try await Slot(of: template.process, for: view)
        } catch {
            forget(template.process)
            return nil
        }
    }

    /// One that was started ahead, if there is one.
    ///
    /// - Parameter inGroup: One without a group will not do.
    func takeSpare(inGroup: Bool) -> InitProcess? {
        guard let last = spares.last, last.group != nil || !inGroup else { return nil }
        return spares.popLast()
    }

    private func prepareSpare() async {
        guard spares.isEmpty else { return }
        let path = initPath
        // What cannot be started now is started, or complained of, when it is needed.
        guard
            let process = await BlockingPool.shared.run({ () -> InitProcess? in
                try? InitProcess(path: path, in: try ControlGroups.take(isRequired: false))
            }),
            spares.isEmpty
        else { return }
        spares.append(process)
    }

    /// Sees to it that slots of this view are ready, or for one that is no other call's, a process that can build it.
    ///
    /// - Parameter ended: What is left of the call, and goes first.
    func prepare(_ view: ViewPlan, after ended: consuming some Sendable) async {
        _ = consume ended
        guard view.isReusable else { return await prepareSpare() }
        do {
            if index(of: view) == nil { try await start(view) }
            while let index = index(of: view), templates[index].slots.count + templates[index].coming < Self.depth {
                let process = templates[index].process
                templates[index].coming += 1
                let slot = try await Slot(of: process, for: view)
                guard let now = templates.firstIndex(where: { $0.process === process }) else { return }
                templates[now].coming -= 1
                templates[now].slots.append(slot)
            }
        } catch {
            // Calls are set up one by one then; the next one says what is wrong, if it is still wrong.
            if let index = index(of: view) { templates.remove(at: index) }
        }
    }

    /// A template whose slots do not answer is no template.
    func forget(_ view: ViewPlan) { if let index = index(of: view) { templates.remove(at: index) } }

    private func forget(_ process: InitProcess) { templates.removeAll { $0.process === process } }

    private func index(of view: ViewPlan) -> Int? {
        templates.lastIndex { $0.view.isInterchangeable(with: view) }
    }

    private func start(_ view: ViewPlan) async throws(SandboxError) {
        var view = view
        view.servesOneCall = false
        let path = initPath
        let process = try await BlockingPool.shared.run { () throws(SandboxError) in try InitProcess(path: path) }
        try await process.control.send(MESSAGE_VIEW, try view.sealed())
        // Another call may have been quicker.
        guard index(of: view) == nil else { return }
        templates.append(Template(view: view, process: process))
        if templates.count > Self.limit { templates.removeFirst() }
    }
}
