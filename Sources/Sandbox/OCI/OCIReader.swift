import Diagnostics
import StrictJSON

/// Reads a profile. A key that it does not know is an error: what is skipped might be what keeps something out.
struct OCIReader {
    static func read(_ json: JSON) throws(OCIError) -> OCISeccomp {
        // A whole runtime configuration has the profile inside.
        let root = json["linux"]?["seccomp"] ?? json
        let path = json["linux"]?["seccomp"] == nil ? "$" : "$.linux.seccomp"
        let members = try object(
            root, path,
            keys: [
                "defaultAction", "defaultErrnoRet", "defaultErrno", "architectures", "archMap", "flags",
                "listenerPath", "listenerMetadata", "syscalls", "comment",
            ])
        for key in ["flags", "listenerPath", "listenerMetadata"] {
            // SPEC_ALLOW weakens a mitigation, and a listener decides what no profile can foresee.
            guard let value = members[key], !value.isNull, value.arrayValue?.isEmpty != true, value.stringValue != ""
            else { continue }
            throw OCIError("\(path).\(key)", "cannot be carried over", remedy: "remove it if the profile works without")
        }
        let error = try errno(members, "defaultErrnoRet", "defaultErrno", path)
        guard let word = members["defaultAction"]?.stringValue else {
            throw OCIError("\(path).defaultAction", "is missing")
        }
        let items = try array(members["syscalls"], "\(path).syscalls")
        var rules: [OCISeccomp.Rule] = []
        for (index, item) in items.enumerated() { rules.append(try rule(item, "\(path).syscalls[\(index)]")) }
        return OCISeccomp(
            defaultAction: try action(word, error, "\(path).defaultAction"),
            architectures: try architectures(members, path), rules: rules)
    }

    private static func rule(_ json: JSON, _ path: String) throws(OCIError) -> OCISeccomp.Rule {
        let members = try object(
            json, path,
            keys: ["name", "names", "action", "errnoRet", "errno", "args", "comment", "includes", "excludes"])
        var names = try texts(members["names"], "\(path).names")
        if let name = members["name"], !name.isNull, name.stringValue != "" {
            guard names.isEmpty, let text = name.stringValue else {
                throw OCIError("\(path).name", "expected `name` or `names`, found both, or no text")
            }
            names = [text]
        }
        guard !names.isEmpty else { throw OCIError("\(path).names", "is missing or empty") }
        guard let word = members["action"]?.stringValue else { throw OCIError("\(path).action", "is missing") }
        let error = try errno(members, "errnoRet", "errno", path)
        var arguments: [OCISeccomp.Argument] = []
        for (index, item) in try array(members["args"], "\(path).args").enumerated() {
            arguments.append(try argument(item, "\(path).args[\(index)]"))
        }
        return OCISeccomp.Rule(
            names: names, action: try action(word, error, "\(path).action"), arguments: arguments,
            includes: try filter(members["includes"], "\(path).includes"),
            excludes: try filter(members["excludes"], "\(path).excludes"), path: path)
    }

    private static func argument(_ json: JSON, _ path: String) throws(OCIError) -> OCISeccomp.Argument {
        let members = try object(json, path, keys: ["index", "value", "valueTwo", "op"])
        guard let index = members["index"].flatMap(whole), index <= 5 else {
            throw OCIError("\(path).index", "expected a number from 0 to 5")
        }
        guard let word = members["op"]?.stringValue, let comparison = OCISeccomp.Comparison(rawValue: word) else {
            throw OCIError(
                "\(path).op",
                "expected one of " + OCISeccomp.Comparison.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let value = try number(members["value"], "\(path).value")
        let second = try members["valueTwo"].map { json throws(OCIError) in try number(json, "\(path).valueTwo") } ?? 0
        guard comparison == .maskedEqual || second == 0 else {
            throw OCIError("\(path).valueTwo", "means nothing with \(word)", remedy: "remove it")
        }
        guard second & ~value == 0 || comparison != .maskedEqual else {
            throw OCIError("\(path).valueTwo", "has bits that the mask leaves out: such a rule never holds")
        }
        return OCISeccomp.Argument(index: Int(index), value: value, valueTwo: second, comparison: comparison)
    }

    private static func filter(_ json: JSON?, _ path: String) throws(OCIError) -> OCISeccomp.Filter? {
        guard let json, !json.isNull else { return nil }
        let members = try object(json, path, keys: ["caps", "arches", "minKernel"])
        var filter = OCISeccomp.Filter(
            capabilities: try texts(members["caps"], "\(path).caps"),
            architectures: try texts(members["arches"], "\(path).arches"))
        if let kernel = members["minKernel"], !kernel.isNull, kernel.stringValue != "" {
            guard let version = kernel.stringValue.flatMap(KernelVersion.init) else {
                throw OCIError("\(path).minKernel", "expected a version such as `4.8`")
            }
            filter.kernel = version
        }
        return filter
    }

    private static func architectures(_ members: JSONObject, _ path: String) throws(OCIError) -> [String]? {
        let plain = try texts(members["architectures"], "\(path).architectures")
        let map = try array(members["archMap"], "\(path).archMap")
        guard plain.isEmpty || map.isEmpty else {
            throw OCIError("\(path).archMap", "expected `architectures` or `archMap`, found both")
        }
        if map.isEmpty { return plain.isEmpty ? nil : plain }
        // Only the machine's own entry counts, with its lesser architectures.
        for (index, item) in map.enumerated() {
            let place = "\(path).archMap[\(index)]"
            let entry = try object(item, place, keys: ["architecture", "subArchitectures"])
            guard entry["architecture"]?.stringValue == Architecture.host.ociName else { continue }
            return [Architecture.host.ociName] + (try texts(entry["subArchitectures"], "\(place).subArchitectures"))
        }
        return []
    }

    private static func action(_ word: String, _ error: Int32?, _ path: String) throws(OCIError) -> OCIAction {
        // EPERM is what libseccomp returns where a profile names no error.
        guard let action = OCIAction(word, error: error ?? 1) else {
            throw OCIError(path, "`\(VisibleText.line(word, limit: 60))` is no action of OCI's")
        }
        if error != nil, case .error = action { return action }
        guard error == nil || action == .other("SCMP_ACT_TRACE") else {
            throw OCIError(path, "has an error number, and returns none", remedy: "remove the error number")
        }
        return action
    }

    /// Podman writes the error's name beside its number.
    private static func errno(
        _ members: JSONObject, _ key: String, _ nameKey: String, _ path: String
    ) throws(OCIError) -> Int32? {
        var number: Int32?
        if let json = members[key], !json.isNull {
            guard let value = whole(json), (1...4095).contains(value) else {
                throw OCIError("\(path).\(key)", "expected an error number from 1 to 4095")
            }
            number = Int32(value)
        }
        guard let name = members[nameKey], !name.isNull, name.stringValue != "" else { return number }
        guard let text = name.stringValue, let named = try? ErrorNumbers.value(of: text),
            number == nil || number == named
        else { throw OCIError("\(path).\(nameKey)", "expected the name of the error `\(key)`") }
        return named
    }

    /// Beyond 63 bits a JSON number is not read exactly.
    private static func number(_ json: JSON?, _ path: String) throws(OCIError) -> UInt64 {
        guard let value = json.flatMap(whole) else {
            throw OCIError(path, "expected a number from 0 to \(Int64.max), written without fraction and exponent")
        }
        return value
    }

    private static func whole(_ json: JSON) -> UInt64? {
        if case .integer(let value) = json { UInt64(exactly: value) } else { nil }
    }

    private static func object(_ json: JSON, _ path: String, keys: Set<String>) throws(OCIError) -> JSONObject {
        guard let members = json.objectValue else { throw OCIError(path, "expected an object") }
        for key in members.keys where !keys.contains(key) {
            throw OCIError("\(path).\(VisibleText.line(key, limit: 60))", "is no key that this build knows")
        }
        return members
    }

    private static func array(_ json: JSON?, _ path: String) throws(OCIError) -> [JSON] {
        guard let json, !json.isNull else { return [] }
        guard let items = json.arrayValue else { throw OCIError(path, "expected an array") }
        return items
    }

    private static func texts(_ json: JSON?, _ path: String) throws(OCIError) -> [String] {
        var texts: [String] = []
        for (index, item) in try array(json, path).enumerated() {
            guard let text = item.stringValue else { throw OCIError("\(path)[\(index)]", "expected a text") }
            texts.append(text)
        }
        return texts
    }
}

extension Architecture {
    /// As libseccomp and OCI name it.
    var ociName: String { self == .x86_64 ? "SCMP_ARCH_X86_64" : "SCMP_ARCH_AARCH64" }
    /// As Go names it, and with it Docker's `includes`.
    var goName: String { self == .x86_64 ? "amd64" : "arm64" }
}
