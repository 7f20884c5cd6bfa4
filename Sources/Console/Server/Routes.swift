import Diagnostics
import Hummingbird
import LinuxIO

/// Which page a path is.
enum Routes {
    static func page(_ visit: Visit) async -> Response {
        do {
            guard let html = try await html(visit) else { return await missing(visit) }
            return .page(html)
        } catch {
            let problem = error as? any Diagnostic
            let frame = await Frame(visit, .none)
            return .page(
                ProblemPage.html(frame, problem?.message ?? "\(error)", remedy: problem?.remedy),
                status: .internalServerError)
        }
    }

    private static func html(_ visit: Visit) async throws -> HTML? {
        let segments = visit.target.segments
        switch (segments.first, segments.count) {
        case (nil, _), ("runs", 1): return try await RunsPage.html(visit)
        case ("runs", 2): return try await RunPage.html(visit, run: segments[1])
        case ("runs", 3) where segments[2] == "changes": return try await ChangesPage.html(visit, run: segments[1])
        case ("runs", 4) where segments[2] == "calls":
            return try await CallPage.html(visit, run: segments[1], call: segments[3])
        case ("approvals", 1): return try await ApprovalsPage.html(visit)
        case ("approvals", 2): return try await RequestPage.html(visit, request: segments[1])
        case ("credentials", 1): return await CredentialPage.html(visit)
        case ("tools", 1): return try await ToolsPage.html(visit)
        case ("tools", 2): return try await ToolPage.html(visit, tool: segments[1])
        case ("profiles", 1): return try await ProfilesPage.html(visit)
        case ("profiles", 2): return try await ProfilePage.html(visit, profile: segments[1])
        case ("review", 1): return try await ReviewPage.html(visit)
        case ("ledger", 1): return try await LedgerPage.html(visit)
        case ("ledger", 2): return try await EntryPage.html(visit, entry: segments[1])
        default: return nil
        }
    }

    /// What a form of ours asks to do. The answer is a redirect: reloading it does nothing twice.
    static func act(_ visit: Visit, _ form: FormFields) async -> Response {
        let segments = visit.target.segments
        switch (segments.first, segments.count) {
        case ("leave", 1):
            visit.site.sessions.end(visit.cookie)
            return .page(LeftPage.html())
        case ("approvals", 3): return await Answering.answer(visit, form, to: segments[1], by: segments[2])
        case ("credentials", 1): return await CredentialPage.register(visit, form)
        case ("ledger", 2) where segments[1] == "check":
            await visit.site.ledgerCheck.begin()
            return .redirect(to: PagePath("ledger"))
        default:
            return await missing(visit)
        }
    }

    private static func missing(_ visit: Visit) async -> Response {
        .page(MissingPage.html(await Frame(visit, .none)), status: .notFound)
    }
}
