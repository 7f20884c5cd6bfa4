import Crypto
import LinuxIO
import Testing

@testable import CredentialSources

@Suite("Requests are signed as AWS wants it")
struct SignatureV4Tests {
    private let signer = SignatureV4(
        accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", region: "us-east-1",
        service: "service")

    private func signature(_ method: String, _ headers: [(String, String)] = [], _ body: String = "") throws -> String {
        let time = try #require(Timestamp("2015-08-30T12:36:00.000Z"))
        let signed = signer.headers(
            method, path: "/", headers: [("host", "example.amazonaws.com")] + headers, body: Array(body.utf8), at: time)
        return signed.last.map { String($0.1.suffix(64)) } ?? ""
    }

    @Test("AWS's published examples come out")
    func published() throws {
        #expect(try signature("GET") == "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
        #expect(try signature("POST") == "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")
        #expect(
            try signature("POST", [("Content-Type", "application/x-www-form-urlencoded")], "Param1=value1")
                == "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")
    }
}
