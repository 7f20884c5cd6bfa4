import Credentials
import Diagnostics
import LinuxIO
import Manifests
import Registry
import Store
import StrictJSON

/// `agentbox credential list` and `check`: the sources that are set up, and what is known of them.
package struct CredentialOverview: Sendable {
    /// One source.
    package struct Item: Sendable {
        package let configuration: SourceConfiguration
        package let file: String
        /// Leases of it that are not dead.
        package let open: [LeaseRecord]
        /// What can be said of each secret that it needs.
        let looks: [SecretReader.Look]

        /// Why nothing is minted from it; nil if it is open.
        package var closed: String? { open.compactMap(\.failure).first }

        /// Why nothing can be minted from it as it is set up; nil if nothing is known against it.
        package var problem: String? {
            looks.lazy.compactMap { look in
                guard case .unusable(let message, let remedy) = look else { return nil }
                return [message, remedy].compactMap(\.self).joined(separator: "; ")
            }.first
        }

        /// What a person should think about.
        package var warnings: [String] {
            var warnings: [String] = []
            for case .exposed(let message, let remedy) in looks { warnings.append("\(message); \(remedy)") }
            if let closed { warnings.append("it is closed: a credential of it could not be ended: \(closed)") }
            switch configuration.options.type {
            case .environment, .file, .pass, .secretService:
                warnings.append("it is R0: nothing ends what it hands out; a tool that requires R1 or more refuses it")
            default: break
            }
            if configuration.options.isWhole {
                warnings.append(
                    "`whole: true`: a tool that asks for a part of what it opens gets all of it, and only the broker's "
                        + "rules cut what a call can do with it")
            }
            return warnings
        }

        package var json: JSON {
            var object: JSONObject = [
                "name": .string(configuration.name.rawValue), "type": .string(configuration.options.type.rawValue),
                "file": .string(file), "open": .integer(Int64(open.count)), "closed": .bool(closed != nil),
                "warnings": .array(warnings.map(JSON.string)),
            ]
            object["problem"] = problem.map(JSON.string)
            object["description"] = configuration.description.map(JSON.string)
            return .object(object)
        }
    }

    package let items: [Item]
    /// Files that do not load.
    package let broken: [BrokenSource]
    /// Leases, not dead, of sources that are not there.
    package let orphans: [LeaseRecord]

    /// All that is wrong with any of the files; nil if nothing is.
    package var errors: ManifestErrors? { BrokenSource.errors(of: broken) }

    package static func look(_ home: Home) async throws -> CredentialOverview {
        let (setup, store) = try await BlockingPool.shared.run { () throws -> (CredentialSetup, SQLiteStateStore) in
            (CredentialSetup(home), try SQLiteStateStore(home))
        }
        let leases = try await store.openLeases()
        let looks = await BlockingPool.shared.run {
            setup.catalogue.sources.mapValues { $0.secrets.map(SecretReader.look) }
        }
        let items = setup.catalogue.sources.values.sorted { $0.name < $1.name }.map { configuration in
            Item(
                configuration: configuration, file: setup.catalogue.files[configuration.name] ?? "",
                open: leases.filter { $0.source == configuration.name.rawValue },
                looks: looks[configuration.name] ?? [])
        }
        return CredentialOverview(
            items: items, broken: setup.catalogue.broken,
            orphans: leases.filter { lease in !items.contains { $0.configuration.name.rawValue == lease.source } })
    }
}

extension SourceConfiguration {
    /// Where what it needs of this host is kept.
    fileprivate var secrets: [SecretReference] {
        switch options {
        case .environment(let options): [.environment(options.variable)]
        case .file(let options): [.file(options.path)]
        case .pass(let options): [.pass(options.entry)]
        case .secretService(let options): [.secretService(options.attributes)]
        case .jwt, .x509: []
        case .remote(let options): options.secrets.sorted { $0.key < $1.key }.map(\.value)
        }
    }
}
