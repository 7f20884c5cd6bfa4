import Diagnostics
import StrictJSON

/// `format`. Asserts where the options or the dialect say so; else it tells people what is meant.
enum FormatKeywords: KeywordFamily {
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        guard let name = compiler.text("format", of: schema),
            compiler.options.formats == .assert || compiler.dialect.assertsFormats
        else { return [] }
        if let format = TextFormat(rawValue: name) { return [FormatKeyword(format: format)] }
        guard compiler.options.unknownKeywords == .refuse else { return [] }
        let nearest = NearestName.of(name, among: TextFormat.allCases.map(\.rawValue))
        compiler.refuse(
            at: "format", "unknown-format", "the format \(VisibleText.quoted(name)) is not implemented",
            remedy: nearest.map { "did you mean \(VisibleText.quoted($0))?" } ?? "say the same with `pattern`")
        return []
    }
}

private struct FormatKeyword: SchemaKeyword {
    let format: TextFormat

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard case .string(let text) = value else { return true }
        guard validation.charge(text.utf8.count >> 3) else { return false }
        return format.admits(text) || validation.fail("format", "expected the format `\(format.rawValue)`")
    }
}
