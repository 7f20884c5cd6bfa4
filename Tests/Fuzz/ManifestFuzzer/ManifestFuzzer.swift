import StrictJSON

@testable import Manifests

/// What holds of every input. A violation stops, and libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    checkReaders(input)
    checkKind(input) { bytes, file throws(ManifestErrors) in try Tool.load(bytes, file: file).canonicalJSON() }
    checkKind(input) { bytes, file throws(ManifestErrors) in try SandboxProfile.load(bytes, file: file).canonicalJSON()
    }
    checkKind(input) { bytes, file throws(ManifestErrors) in try Intent.load(bytes, file: file).canonicalJSON() }
    checkTemplate(String(decoding: input, as: UTF8.self))
    return 0
}

/// A text that is read both as YAML and as JSON means the same, and whatever is refused is refused at a place.
private func checkReaders(_ input: [UInt8]) {
    var problems = ProblemList(file: "x")
    guard SourceText.check(input, &problems) else {
        checkPlaces(problems.errors, input)
        return
    }
    let yaml = YAMLReader.read(input, &problems)
    checkPlaces(problems.errors, input)
    precondition(yaml != nil || !problems.isEmpty, "refused without a problem")
    guard let yaml, problems.isEmpty else { return }
    // As YAML the writer's text is read back, and anything but a problem keeps the value.
    var again = ProblemList(file: "x")
    if let reread = YAMLReader.read(yaml.json.encoded(), &again), again.isEmpty {
        precondition(reread.json == yaml.json, "written as JSON and read as YAML it is another value")
    }
    if let json = try? JSON(parsing: input) {
        precondition(json == yaml.json, "YAML and JSON read different values")
    }
    var jsonProblems = ProblemList(file: "x.json")
    if let located = JSONReader.read(input, &jsonProblems) {
        precondition(places(located) == places(yaml), "YAML and JSON place values differently")
    }
}

/// What loads has a canonical form, which loads as the same.
private func checkKind(_ input: [UInt8], load: ([UInt8], String) throws(ManifestErrors) -> JSON) {
    do throws(ManifestErrors) {
        let canonical = try load(input, "x.yaml")
        do throws(ManifestErrors) {
            let again = try load(canonical.encoded(), "again.json")
            precondition(again == canonical, "the canonical form is another value")
        } catch {
            preconditionFailure("the canonical form is refused: \(error)")
        }
    } catch {
        checkPlaces(error, input)
    }
}

private func checkTemplate(_ text: String) {
    guard let template = try? Template(parsing: text) else { return }
    let arguments: JSON = ["a": "x", "b": ["y", 1], "c": ["d": true]]
    for word in (try? template.expand(arguments: arguments)) ?? [] {
        precondition(!word.utf8.contains(0) || text.utf8.contains(0), "a NUL from nowhere")
    }
}

private func checkPlaces(_ errors: ManifestErrors?, _ input: [UInt8]) {
    guard let errors else { return }
    precondition(!errors.problems.isEmpty && !errors.message.isEmpty, "an error without a problem")
    let lines = input.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } + 1
    for problem in errors.problems {
        precondition((1...lines + 1).contains(problem.line), "a line outside the file")
        precondition((1...input.count + 2).contains(problem.column), "a column outside the file")
        let shown = problem.description.unicodeScalars
        precondition(!shown.contains { $0.value < 0x20 || $0.value == 0x7F }, "a control character in a message")
    }
}

private func places(_ located: Located) -> [Position] {
    [located.position] + located.elements.flatMap(places)
        + located.members.flatMap { [$0.keyPosition] + places($0.value) }
}
