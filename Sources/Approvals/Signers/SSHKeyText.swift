import Diagnostics

/// A public key as a line has it: its type, its blob in base64, and a comment that means nothing.
enum SSHKeyText {
    /// - Parameter line: Stands behind the type.
    static func key(_ type: SignerLine.Word, _ line: inout SignerLine) throws(ApprovalFileError) -> SSHPublicKey {
        guard SSHPublicKey.isTypeName(type.text) else {
            throw line.problem(.invalidKey, at: type.place, "\(VisibleText.quoted(type.text)) is no type of key")
        }
        guard !SSHCertificate.isType(type.text) else {
            throw line.problem(
                .invalidKey, at: type.place, "a certificate stands where a key is expected",
                remedy: "list the key of its authority")
        }
        guard let text = try line.word() else { throw line.problem(.invalidKey, "the key is missing behind its type") }
        guard let blob = Base64.bytes(Array(text.text.utf8)) else {
            throw line.problem(.invalidKey, at: text.place, "the key is not base64")
        }
        do {
            let key = try SSHPublicKey(blob: blob)
            guard key.type == type.text else {
                throw line.problem(
                    .invalidKey, at: type.place,
                    "the key is of type `\(key.type)`, not \(VisibleText.quoted(type.text))")
            }
            return key
        } catch let refusal as ApprovalRefusal {
            throw line.problem(.invalidKey, at: text.place, refusal.message, remedy: refusal.remedy)
        } catch let error as ApprovalFileError {
            throw error
        } catch {
            throw line.problem(.invalidKey, at: text.place, "the key cannot be read")
        }
    }
}

extension SSHPublicKey {
    /// True for what is the name of a type of key, whether it is supported or not.
    static func isTypeName(_ text: String) -> Bool {
        ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-", "rsa-sha2-", "webauthn-sk-"].contains { text.hasPrefix($0) }
            && !text.contains("=") && !text.contains(",")
    }
}
