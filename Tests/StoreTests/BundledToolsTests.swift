import Glibc
import TestSupport
import Testing

@testable import Store

@Suite("Bundled tools are registered once for each agentbox, and then are as any other")
struct BundledToolsTests {
    let fixture: StoreFixture
    let registrar: ToolRegistrar

    init() throws {
        fixture = try StoreFixture()
        registrar = try fixture.registrar()
        try fixture.program("tool/run", "one")
    }

    @Test("first use registers them, the next does nothing")
    func firstUse() throws {
        let source = try fixture.source()
        let first = try #require(try registrar.registerBundled { [source] })
        #expect(first.changes.map(\.registration.name) == [source.name] && first.failures.isEmpty)
        #expect(try registrar.registerBundled { [source] } == nil)
        _ = try registrar.check(source).usable(source.name)
    }

    @Test("a bundled tool that changes under the same agentbox is refused")
    func changedTool() throws {
        _ = try registrar.registerBundled { [try fixture.source()] }
        try fixture.program("tool/run", "two")
        let source = try fixture.source()
        #expect(try registrar.registerBundled { [source] } == nil)
        #expect(throws: StoreError(.changedTool, "")) { try registrar.check(source).usable(source.name) }
    }

    @Test("a bundled tool that is added under the same agentbox is not registered")
    func addedTool() throws {
        _ = try registrar.registerBundled { [] }
        let source = try fixture.source()
        #expect(try registrar.registerBundled { [source] } == nil)
        #expect(throws: StoreError(.unregisteredTool, "")) { try registrar.check(source).usable(source.name) }
    }

    @Test("touching agentbox is not enough: its content has to be another")
    func touched() throws {
        _ = try registrar.registerBundled { [] }
        utimes(fixture.installation.executable, nil)
        #expect(try registrar.registerBundled { [try fixture.source()] } == nil)
    }

    @Test("with a new agentbox they are registered anew, and what changed is told")
    func upgraded() throws {
        _ = try registrar.registerBundled { [try fixture.source()] }
        try fixture.program("tool/run", "two")
        try fixture.program("agentbox", "agentbox, the next version")
        let source = try fixture.source()
        let second = try #require(try registrar.registerBundled { [source] })
        #expect(second.changes.first?.differences.isEmpty == false)
        _ = try registrar.check(source).usable(source.name)
    }

    @Test("a tool that cannot be registered is reported, and the others are")
    func failure() throws {
        let good = try fixture.source()
        let result = try #require(
            try registrar.registerBundled { [try fixture.source("/usr/bin/no-such-program"), good] })
        #expect(result.failures.count == 1 && result.changes.count == 1)
        _ = try registrar.check(good).usable(good.name)
    }
}
