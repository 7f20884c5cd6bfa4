import StrictJSON
import Testing

@testable import Approvals

@Suite("A statement has one form and one meaning")
struct StatementTests {
    @Test("it is read as it was written")
    func roundTrip() throws {
        let question = Question()
        for verdict in ApprovalStatement.Verdict.allCases {
            for scope in ApprovalStatement.Scope.allCases {
                for reason in [nil, "because of é\u{202E} \"x\""] {
                    let statement = question.statement(verdict, scope: scope, reason: reason)
                    #expect(try ApprovalStatement(parsing: statement.bytes) == statement)
                }
            }
        }
    }

    @Test("the form is this one")
    func form() throws {
        let nonce = try #require(Nonce("000102030405060708090a0b0c0d0e0f"))
        let moment = try #require(Moment("2027-06-01T12:00:00Z"))
        let statement = ApprovalStatement(
            verdict: .allow, scope: .once, subject: .of([]), shown: .of([]), request: "r-1", nonce: nonce,
            issued: moment, expires: moment + 600, approver: "alice@example.com")
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(
            String(decoding: statement.bytes, as: UTF8.self)
                == #"{"approver":"alice@example.com","expires":"2027-06-01T12:10:00Z","issued":"2027-06-01T12:00:00Z","#
                + #""kind":"agentbox.dev/approval/v1","nonce":"000102030405060708090a0b0c0d0e0f","request":"r-1","#
                + #""scope":"once","shown":"\#(empty)","subject":"\#(empty)","verdict":"allow"}"#)
    }

    @Test(
        "a member that is missing, unknown or not what it should be is refused",
        arguments: [
            ("kind", nil), ("kind", "agentbox.dev/call/v1"), ("verdict", nil), ("verdict", "ALLOW"), ("verdict", 1),
            ("scope", "always"), ("scope", nil), ("subject", "sha256:00"), ("subject", "e3b0"),
            ("shown", nil), ("request", ""), ("request", "a b"), ("nonce", "00"),
            ("nonce", "000102030405060708090A0B0C0D0E0F"),
            ("issued", "2027-06-01"), ("issued", "2027-06-01T12:00:00+00:00"), ("issued", "2027-02-30T12:00:00Z"),
            ("issued", "2027-06-01T12:00:00.5Z"), ("expires", 1_800_000_000), ("approver", "аlice"),
            ("approver", "a\nb"),
            ("approver", ""), ("reason", ""), ("reason", false), ("other", "x"), ("Verdict", "allow"),
        ] as [(String, JSON?)])
    func members(_ key: String, _ value: JSON?) throws {
        let question = Question()
        var members = try #require(question.statement(reason: "for a reason").json.objectValue)
        #expect(refusal { try ApprovalStatement(parsing: try JSON.object(members).canonical()) } == nil)
        members[key] = value
        #expect(
            refusal { try ApprovalStatement(parsing: try JSON.object(members).canonical()) } == .malformedStatement)
    }

    @Test("it is not long, and no array")
    func shape() {
        let question = Question()
        let long = question.statement(reason: String(repeating: "x", count: ApprovalStatement.longestReason + 1))
        #expect(refusal { try ApprovalStatement(parsing: long.bytes) } == .malformedStatement)
        #expect(refusal { try ApprovalStatement(parsing: Array("[]".utf8)) } == .malformedStatement)
        #expect(refusal { try ApprovalStatement(parsing: []) } == .malformedStatement)
        let spaces = [UInt8](repeating: 0x20, count: 1 << 20)
        #expect(refusal { try ApprovalStatement(parsing: spaces) } == .malformedStatement)
    }

    @Test("an answer to a request is made of what it offers")
    func answers() throws {
        let question = Question()
        let statement = try #require(
            ApprovalStatement(.allow, to: question.request, approver: Question.alice, now: question.now))
        #expect(statement == question.statement())
        #expect(
            ApprovalStatement(.allow, to: question.request, scope: .plan, approver: Question.alice, now: question.now)
                == nil)
        let glass = try #require(
            ApprovalStatement(
                .allow, to: question.request, scope: .breakGlass, approver: Question.alice, reason: "a reason",
                now: question.now))
        #expect(glass.subject == Question.call)
        #expect(glass.expires - glass.issued == BreakGlass.longest)
    }

    @Test("what is shown is visible, and its digest is of what is seen")
    func shown() {
        let shown = ShownText("push \u{202E}niam\u{202C} to p\u{430}ypal\n")
        #expect(shown.text == "push \\u{202E}niam\\u{202C} to p\\u{430}ypal\n")
        #expect(shown.digest == .of(Array(shown.text.utf8)))
        #expect(ShownText("a").digest != ShownText("b").digest)
    }
}
