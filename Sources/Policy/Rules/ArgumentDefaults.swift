import StrictJSON

/// Arguments that a call leaves out and the tool's schema has a `default` for.
///
/// They are filled in before anything looks at the call: so the path that `fs.list` lists when none is given is one
/// that policy sees, that a grant names, and that the tool reads. Members of the arguments only, not of what is in
/// them.
package enum ArgumentDefaults {
    package static func filled(_ arguments: JSON, schema: JSON) -> JSON {
        guard var object = arguments.objectValue, let properties = schema["properties"]?.objectValue else {
            return arguments
        }
        for property in properties where object[property.key] == nil {
            object[property.key] = property.value["default"]
        }
        return .object(object)
    }
}
