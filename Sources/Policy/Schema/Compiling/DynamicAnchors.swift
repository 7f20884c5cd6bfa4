import StrictJSON

/// The names that `$dynamicRef`s look for, and what each is in the resources that can be on the way (Core, 8.2.3.2).
struct DynamicAnchors: Sendable {
    /// By number of the name: the schema that each resource gives it.
    private(set) var targets: [[Int: SchemaReference]] = []
    private(set) var names: [TextKey] = []

    /// True if some reference has more than one end, and so the way to it has to be known.
    private(set) var areScoped = false

    mutating func number(of name: String) -> Int {
        if let known = names.firstIndex(of: TextKey(name)) { return known }
        names.append(TextKey(name))
        targets.append([:])
        return names.count - 1
    }

    /// False if it was there.
    mutating func add(_ target: SchemaReference, for name: Int, in resource: Int) -> Bool {
        guard targets[name][resource] == nil else { return false }
        targets[name][resource] = target
        areScoped = areScoped || targets[name].count > 1
        return true
    }
}

extension SchemaCompiler {
    /// Compiles everything that a dynamic reference can end at: the anchors of all resources of which something is
    /// compiled, which may bring in more.
    mutating func compileDynamicTargets() {
        compileWaiting()
        var found = true
        while found {
            found = false
            for resource in Set(resources) {
                for (number, name) in dynamicAnchors.names.enumerated() {
                    guard library.resources[resource].dynamicAnchors.contains(name),
                        let target = library.resources[resource].anchors[name]
                    else { continue }
                    let reference = reference(to: target)
                    if dynamicAnchors.add(reference, for: number, in: resource) { found = true }
                }
            }
            compileWaiting()
        }
    }
}
