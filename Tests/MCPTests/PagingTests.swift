import StrictJSON
import Testing

@testable import MCP

@Suite("Long lists of tools come in pages", .timeLimit(.minutes(1)))
struct PagingTests {
    private static let tools = (0..<25).map { TestProvider.tool("tool\($0)") }

    @Test("Following the cursors gives every tool once and in order") func pages() async throws {
        let peer = try Peer(.socket, TestProvider(Self.tools)) { $0.pageSize = 10 }
        var names: [String] = []
        var sizes: [Int] = []
        var cursor: JSON?
        repeat {
            var params = JSONObject()
            params["cursor"] = cursor
            let page = try #require(try await peer.call(Peer.modern("tools/list", params))["result"])
            let listed = page["tools"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
            names += listed
            sizes.append(listed.count)
            cursor = page["nextCursor"]
        } while cursor != nil
        #expect(names == Self.tools.map(\.name))
        #expect(sizes == [10, 10, 5])
    }

    @Test("A cursor holds on another connection, and not for another list") func stateless() throws {
        let pages = ToolPages(Self.tools, size: 10, bytes: 1 << 20)
        let cursor = try #require(try pages.page(at: nil).nextCursor)
        #expect(try ToolPages(Self.tools, size: 3, bytes: 1 << 20).page(at: cursor).tools.first?.name == "tool10")
        #expect(throws: MCPError.invalidParameters("")) {
            try ToolPages(Array(Self.tools.dropLast()), size: 10, bytes: 1 << 20).page(at: cursor)
        }
    }

    @Test("Cursors that the server did not make are invalid")
    func invalid() throws {
        let pages = ToolPages(Self.tools, size: 10, bytes: 1 << 20)
        let good = try #require(try pages.page(at: nil).nextCursor)
        let mark = good.split(separator: "-").last.map(String.init) ?? ""
        for cursor in [
            "", "-", "x", "10", "10-", "-\(mark)", "+10-\(mark)", "010-\(mark)", " 10-\(mark)", "0-\(mark)",
            "25-\(mark)",
            "-1-\(mark)", "99999999999999999999-\(mark)", "10-\(mark) ", "10-\(mark)-", "10-0",
            String(repeating: "9", count: 100_000),
        ] {
            #expect(throws: MCPError.invalidParameters(""), "\(cursor.prefix(40))") { try pages.page(at: cursor) }
        }
        #expect(try pages.page(at: "24-\(mark)").tools.map(\.name) == ["tool24"])
    }

    @Test("A page is bounded in bytes, and holds one tool at least") func bytes() throws {
        let pages = ToolPages(Self.tools, size: 100, bytes: 150)
        #expect(try pages.page(at: nil).tools.count == 1)
        #expect(try ToolPages(Self.tools, size: 100, bytes: 1).page(at: nil).tools.count == 1)
        #expect(try ToolPages([], size: 100, bytes: 1).page(at: nil).tools.isEmpty)
    }
}
