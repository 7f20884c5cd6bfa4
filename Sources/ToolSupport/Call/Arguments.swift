import Diagnostics
import StrictJSON

/// A call's arguments. The registry has checked them against the tool's schema; a tool that is run by hand has only
/// this, which is why everything is checked again where it is used.
package struct Arguments {
    private let object: JSONObject

    package init(_ value: JSON) throws(ToolError) {
        guard let object = value.objectValue else {
            throw ToolError(.invalidArguments, "the arguments have to be a JSON object")
        }
        self.object = object
    }

    /// Refuses arguments that the tool does not know: a misspelt option must not be ignored.
    package func allow(_ names: String...) throws(ToolError) {
        guard let unknown = object.keys.first(where: { !names.contains($0) }) else { return }
        throw ToolError(
            .invalidArguments, "there is no argument \(VisibleText.quoted(unknown))",
            remedy: "known are " + names.joined(separator: ", "))
    }

    /// All of them.
    package var members: JSONObject { object }

    package func has(_ name: String) -> Bool { object[name] != nil }

    package func text(_ name: String) throws(ToolError) -> String {
        guard let text = try optionalText(name) else { throw missing(name) }
        return text
    }

    package func optionalText(_ name: String) throws(ToolError) -> String? {
        guard let value = object[name] else { return nil }
        guard let text = value.stringValue else { throw wrong(name, "a text") }
        return text
    }

    package func flag(_ name: String) throws(ToolError) -> Bool {
        guard let value = object[name] else { return false }
        guard let flag = value.boolValue else { throw wrong(name, "true or false") }
        return flag
    }

    package func number(_ name: String, in range: ClosedRange<Int>, default fallback: Int) throws(ToolError) -> Int {
        guard let value = object[name] else { return fallback }
        guard let number = value.integerValue, let exact = Int(exactly: number), range.contains(exact) else {
            throw wrong(name, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return exact
    }

    /// An absent list is empty.
    package func texts(_ name: String) throws(ToolError) -> [String] {
        guard let value = object[name] else { return [] }
        guard let elements = value.arrayValue else { throw wrong(name, "a list of texts") }
        var texts: [String] = []
        for element in elements {
            guard let text = element.stringValue else { throw wrong(name, "a list of texts") }
            texts.append(text)
        }
        return texts
    }

    /// A list of objects.
    package func objects(_ name: String) throws(ToolError) -> [Arguments] {
        guard let elements = object[name]?.arrayValue else { throw wrong(name, "a list of objects") }
        var objects: [Arguments] = []
        for element in elements { objects.append(try Arguments(element)) }
        return objects
    }

    package func optionalObject(_ name: String) throws(ToolError) -> Arguments? {
        guard let value = object[name] else { return nil }
        guard value.objectValue != nil else { throw wrong(name, "an object") }
        return try Arguments(value)
    }

    private func missing(_ name: String) -> ToolError {
        ToolError(.invalidArguments, "the argument `\(name)` is missing")
    }

    private func wrong(_ name: String, _ expected: String) -> ToolError {
        ToolError(.invalidArguments, "the argument `\(name)` has to be \(expected)")
    }
}
