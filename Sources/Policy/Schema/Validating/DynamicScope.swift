/// The resources on the way to the present schema, outermost first, each once (Core, 7.1).
struct DynamicScope {
    private(set) var resources: [Int] = []

    /// False if the resource was on the way already: it then counts from where it was entered first.
    mutating func enter(_ resource: Int) -> Bool {
        if resources.contains(resource) { return false }
        resources.append(resource)
        return true
    }

    mutating func leave() { resources.removeLast() }
}
