import Approvals
import Store
import StrictJSON

/// What browsers' credentials have counted to: one that counts backwards may be a copy.
struct SignatureCounters {
    let store: any StateStore

    /// 0 before the first use, and of whatever does not count.
    func last(of answer: OfferedAnswer) async throws(ApprovalRefusal) -> UInt32 {
        guard case .webAuthn(_, let assertion) = answer.proof, let key = assertion["credentialID"]?.stringValue else {
            return 0
        }
        do {
            let record = try await store.record(.credential, String(key.prefix(1024)))
            return record?.body["counter"]?.integerValue.flatMap { UInt32(exactly: $0) } ?? 0
        } catch {
            throw ApprovalRefusal(.init(error.code), error.message, remedy: error.remedy)
        }
    }

    /// Keeps what the credential has counted to, if nobody else has used it meanwhile.
    func keep(_ accepted: ApprovalAnswer, of kept: KeptAnswer) async throws(ApprovalRefusal) {
        guard case .webAuthn(_, let assertion) = kept.answer.proof, let counter = accepted.approver.counter,
            counter > 0, let name = assertion["credentialID"]?.stringValue
        else { return }
        let key = String(name.prefix(1024))
        let body: JSON = ["counter": .integer(Int64(counter))]
        do {
            guard var record = try await store.record(.credential, key) else {
                _ = try await store.create(
                    StateRecord(.credential, key, run: nil, state: "known", body: body), fence: nil)
                return
            }
            let isSame = record.body["counter"]?.integerValue == Int64(kept.lastCounter)
            record.body = body
            if isSame, try await store.replace(record) { return }
        } catch {
            throw ApprovalRefusal(.init(error.code), error.message, remedy: error.remedy)
        }
        throw ApprovalRefusal(
            .clonedKey, "the credential was used for something else at the same moment", remedy: "try again")
    }
}
