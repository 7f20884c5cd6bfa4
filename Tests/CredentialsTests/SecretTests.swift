import Credentials
import Testing

@Suite("a secret")
struct SecretTests {
    @Test("does not print, by whatever way a value is printed")
    func printing() {
        let secret = Secret("hunter2hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        dump(["token": secret], to: &dumped)
        let printed = [
            "\(secret)", String(reflecting: secret), String(describing: Optional(secret)), "\([secret])", dumped,
        ]
        for text in printed { #expect(!text.contains("hunter2")) }
        #expect(secret.withBytes { $0.elementsEqual("hunter2hunter2".utf8) })
    }
}
