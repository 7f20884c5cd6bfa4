import CPostgreSQL
import Diagnostics
import StrictJSON
import ToolSupport

/// Why there is no result.
enum ServerFailure: Error {
    /// The server refused the statement.
    case said(ServerError)
    /// It did not come to that.
    case own(ToolError)
}

/// What a server says of a statement that it refused (PostgreSQL, "Error and Notice Message Fields").
struct ServerError {
    /// SQLSTATE, five characters (PostgreSQL, appendix A).
    let state: String
    let message: String
    var detail: String?
    var hint: String?
    /// Where in the statement, in characters from 1.
    var position: Int?
    var line: Int?
    var column: Int?
    /// What of the schema it is about: `schema`, `table`, `column`, `constraint`.
    var objects: [(String, String)] = []

    private static let longest = 4000

    /// - Parameter statement: The one that was sent, for line and column.
    init?(_ result: OpaquePointer, statement: String) {
        func field(_ code: Character) -> String? {
            guard let ascii = code.asciiValue, let text = PQresultErrorField(result, Int32(ascii)) else { return nil }
            return String(String(cString: text).prefix(Self.longest))
        }
        guard let state = field("C"), let message = field("M") else { return nil }
        self.state = state
        self.message = message
        detail = field("D")
        hint = field("H")
        for (code, name) in [("s", "schema"), ("t", "table"), ("c", "column"), ("n", "constraint")] {
            if let value = field(Character(code)) { objects.append((name, value)) }
        }
        guard let text = field("P"), let position = Int(text), position > 0 else { return }
        self.position = position
        let before = Array(statement.unicodeScalars.prefix(position - 1))
        line = 1 + before.count { $0 == "\n" }
        column = before.count - (before.lastIndex(of: "\n") ?? -1)
    }

    var json: JSON {
        var object: JSONObject = ["sqlstate": .string(state), "message": .string(message)]
        object["detail"] = detail.map(JSON.string)
        object["hint"] = hint.map(JSON.string)
        object["position"] = position.map { .integer(Int64($0)) }
        object["line"] = line.map { .integer(Int64($0)) }
        object["column"] = column.map { .integer(Int64($0)) }
        for (name, value) in objects { object[name == "column" ? "columnName" : name] = .string(value) }
        return .object(object)
    }

    var error: ToolError {
        var text = "PostgreSQL refused it: \(VisibleText.line(message, limit: 1000)) (SQLSTATE \(state)"
        if let line, let column { text += ", line \(line), column \(column)" }
        return ToolError(.serverRefused, text + ")", remedy: remedy)
    }

    /// What an agent that only knows this tool would not know.
    private var remedy: String? {
        switch state {
        case "25006": "this call only reads; a tool that writes is another call"
        case "42501":
            "this call's role may do what its arguments name: give every table that the statement uses in `tables`"
        case "42601" where message.contains("multiple commands"): "give one statement a call"
        case "57014": "make it cheaper, or raise `timeout`"
        default: hint.map { VisibleText.line($0, limit: 500) }
        }
    }
}
