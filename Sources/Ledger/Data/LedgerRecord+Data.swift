import LinuxIO
import StrictJSON

/// What became of a value for which an entry holds a commitment and which cannot be shown.
package enum WithheldReason: String, Hashable, Sendable {
    /// A person had it erased.
    case erased
    /// It is not in the store beside the log, or there is none: the log is somebody else's.
    case missing
    /// What the store has is not what the entry committed to.
    case altered
}

extension LedgerRecord {
    /// The entry as a value, with what its commitments stand for. Where that cannot be shown the commitment stays, with
    /// the member `withheld`: `erased`, `missing` or `altered`.
    package func json() throws(LedgerError) -> JSON {
        let entry = try leaf()
        guard let data, var object = entry.objectValue else { return entry }
        let commitments = ErasablePath.commitments(in: object)
        guard !commitments.isEmpty else { return entry }
        for (place, found) in zip(commitments, try find(commitments, in: data)) {
            ErasablePath.set(Self.shown(found, place.path, in: object), at: place.path, in: &object)
        }
        return .object(object)
    }

    /// How many values the entry has commitments for, and those of them that cannot be shown.
    package func withheld() throws(LedgerError) -> (commitments: Int, withheld: [(path: String, why: WithheldReason)]) {
        guard let data, let object = try leaf().objectValue else { return (0, []) }
        let commitments = ErasablePath.commitments(in: object)
        guard !commitments.isEmpty else { return (0, []) }
        let found = try find(commitments, in: data)
        return (
            commitments.count,
            zip(commitments, found).compactMap { place, found in Self.reason(found).map { (place.path, $0) } }
        )
    }

    private func find(
        _ commitments: [(path: String, commitment: String)], in data: DataReader
    ) throws(LedgerError) -> [DataReader.Found] {
        do {
            return try data.find(commitments, of: index)
        } catch {
            throw .system(.readFailed, "cannot read the data of entry \(index) of", path, error)
        }
    }

    private static func shown(_ found: DataReader.Found, _ path: String, in object: JSONObject) -> JSON {
        if case .value(let value) = found { return value }
        guard let reason = reason(found), case .object(var held) = ErasablePath.value(at: path, in: object) else {
            return .null
        }
        held["withheld"] = .string(reason.rawValue)
        return .object(held)
    }

    private static func reason(_ found: DataReader.Found) -> WithheldReason? {
        switch found {
        case .value: nil
        case .erased: .erased
        case .missing: .missing
        case .altered: .altered
        }
    }
}
