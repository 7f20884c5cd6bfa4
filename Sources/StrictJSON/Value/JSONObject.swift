/// The members of a JSON object: ordered, keys unique by their bytes.
///
/// ```swift
/// var object: JSONObject = ["name": "fs.read"]
/// object["version"] = "1.0.0"
/// object["name"] = nil            // removes the member
/// ```
///
/// A lookup takes constant time: up to `linearLimit` members are compared one by one, more have a hash index.
public struct JSONObject: Sendable {
    /// Up to this many members a search beats a hash.
    static let linearLimit = 16

    /// INVARIANT: keys are unique by their bytes, and `index`, which is there if and only if there are more than
    /// `linearLimit` members, holds the position of each.
    package private(set) var members: [Member]
    private var index: [ExactText: Int]?

    /// One member. `members` is for loops that the iterator, which gives members one by one, is too slow for.
    package struct Member: Sendable {
        package var key: String
        package var value: JSON
    }

    /// An object without members.
    public init() {
        members = []
        index = nil
    }

    /// An object with `members` in their order. A key that occurs twice is a programmer's error and stops; what comes
    /// from outside is read by `JSON(parsing:)`, which refuses it.
    public init(uniqueMembers: some Sequence<(String, JSON)>) {
        self.init()
        for (key, value) in uniqueMembers { append(uniqueKey: key, value) }
    }

    /// The same for members as this type's own iteration gives them.
    @_disfavoredOverload
    public init(uniqueMembers: some Sequence<(key: String, value: JSON)>) {
        self.init()
        for (key, value) in uniqueMembers { append(uniqueKey: key, value) }
    }

    /// For the parser, which has compared the keys already.
    init(checked members: [Member], index: [ExactText: Int]?) {
        self.members = members
        self.index = index
    }

    /// How many members there are.
    public var count: Int { members.count }

    /// True if there is no member.
    public var isEmpty: Bool { members.isEmpty }

    /// The keys in the members' order.
    public var keys: [String] { members.map(\.key) }

    /// The value of the member named `key`. Setting replaces the value in its place or appends a member; setting nil
    /// removes the member.
    public subscript(key: String) -> JSON? {
        get { position(of: key).map { members[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?):
                members[position].value = value
            case (let position?, nil):
                members.remove(at: position)
                index = JSONObject.index(of: members)
            case (nil, let value?):
                add(key, value)
            case (nil, nil):
                break
            }
        }
    }

    /// True if there is a member named `key`: `self[key] != nil` without a copy of the value.
    package func contains(_ key: String) -> Bool { position(of: key) != nil }

    private mutating func append(uniqueKey key: String, _ value: JSON) {
        precondition(position(of: key) == nil, "a key of a JSON object occurs twice")
        add(key, value)
    }

    private mutating func add(_ key: String, _ value: JSON) {
        members.append(Member(key: key, value: value))
        if index != nil {
            index?[ExactText(key)] = members.count - 1
        } else if members.count > JSONObject.linearLimit {
            index = JSONObject.index(of: members)
        }
    }

    private func position(of key: String) -> Int? {
        if let index { return index[ExactText(key)] }
        return members.firstIndex { ExactText.equal($0.key, key) }
    }

    /// Nil for few members. Keys are unique already.
    static func index(of members: [Member]) -> [ExactText: Int]? {
        guard members.count > linearLimit else { return nil }
        var index: [ExactText: Int] = [:]
        index.reserveCapacity(members.count)
        for (position, member) in members.enumerated() { index[ExactText(member.key)] = position }
        return index
    }
}

extension JSONObject: Sequence {
    /// One member.
    public typealias Element = (key: String, value: JSON)

    /// Goes through the members in their order.
    public struct Iterator: IteratorProtocol {
        var rest: Array<Member>.Iterator

        /// The next member, or nil at the end.
        public mutating func next() -> Element? { rest.next().map { ($0.key, $0.value) } }
    }

    /// An iterator over the members in their order.
    public func makeIterator() -> Iterator { Iterator(rest: members.makeIterator()) }

    /// Exactly `count`.
    public var underestimatedCount: Int { count }
}

extension JSONObject: Hashable {
    /// True if both hold the same members, in whatever order.
    public static func == (left: Self, right: Self) -> Bool {
        guard left.count == right.count else { return false }
        return left.members.allSatisfy { right[$0.key] == $0.value }
    }

    /// Independent of the members' order.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for member in members {
            var own = hasher
            ExactText.hash(member.key, into: &own)
            own.combine(member.value)
            sum ^= own.finalize()
        }
        hasher.combine(count)
        hasher.combine(sum)
    }
}
