import TestSupport
import Testing

@testable import Manifests

@Suite("What the documentation says to write is a file that loads")
struct DocumentedSourcesTests {
    /// The YAML of a page, a text for each block.
    private static func blocks(of page: String) throws -> [String] {
        let path = InstalledAgentbox.checkout + "/" + page
        let text = try #require(File.text(of: path), "\(path)")
        return text.components(between: "```yaml\n", and: "```")
    }

    @Test(arguments: [("Sources/agentbox/agentbox.docc/CredentialServers.md", 5), ("README.md", 1)])
    func `each source of a credential`(page: String, count: Int) throws {
        let sources = try Self.blocks(of: page).filter { $0.contains("\ntype: ") || $0.hasPrefix("type: ") }
        #expect(sources.count >= count)
        for source in sources {
            #expect(throws: Never.self, "\(source)") {
                try SourceConfiguration.load(Array(source.utf8), file: "source.yaml")
            }
        }
    }

    @Test func `each profile of the README`() throws {
        let profiles = try Self.blocks(of: "README.md").filter {
            $0.contains("\nextends: ") || $0.contains("kind: Sandbox")
        }
        #expect(!profiles.isEmpty)
        for profile in profiles {
            #expect(throws: Never.self, "\(profile)") {
                try SandboxProfile.load(Array(profile.utf8), file: "profile.yaml")
            }
        }
    }
}

extension String {
    fileprivate func components(between start: String, and end: String) -> [String] {
        var found: [String] = []
        var rest = self[...]
        while let open = rest.firstRange(of: start) {
            rest = rest[open.upperBound...]
            guard let close = rest.firstRange(of: end) else { break }
            found.append(String(rest[..<close.lowerBound]))
            rest = rest[close.upperBound...]
        }
        return found
    }
}
