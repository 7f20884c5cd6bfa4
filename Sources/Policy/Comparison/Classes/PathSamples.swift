/// Canonical paths that together meet every combination of folders that some rules name.
struct PathSamples {
    /// By canonical path, one for each combination and more.
    let paths: [String]
    /// A name that none of the rules' paths has.
    let freshName: String

    init(_ scopes: [PathScope]) {
        var tops: Set<TextKey> = []
        var names: Set<TextKey> = []
        for top in scopes.flatMap(\.tops) {
            tops.insert(TextKey(top))
            for name in top.utf8.split(separator: UInt8(ascii: "/")) { names.insert(TextKey(String(Substring(name)))) }
        }
        freshName = Self.fresh("other", names)
        var paths: [String] = [freshName]
        for top in tops.map(\.text).sorted() where top != CanonicalPath.root {
            paths += [top + "/" + Self.fresh("new", names), top]
        }
        self.paths = paths
    }

    private static func fresh(_ name: String, _ taken: Set<TextKey>) -> String {
        if !taken.contains(TextKey(name)) { return name }
        // One of so many names is free.
        for number in 1...(taken.count + 1) where !taken.contains(TextKey("\(name)\(number)")) {
            return "\(name)\(number)"
        }
        return name
    }
}
