import StrictJSON
import Testing

@Suite("JSON values compare by value")
struct ValueTests {
    static let equal: [(JSON, JSON)] = [
        (1, 1.0), (0, .number(-0.0)), (.integer(1 << 60), .number(Double(1 << 60))), (.number(.nan), .number(.nan)),
        (["a": 1, "b": [2]], ["b": [2.0], "a": 1.0]), ("x", "x"), ([], []), (nil, .null),
    ]
    static let different: [(JSON, JSON)] = [
        (1, "1"), (0, false), (nil, false), (nil, [:]), ([], [:]), ("\u{E9}", "e\u{301}"), ([1, 2], [2, 1]),
        (.integer((1 << 60) + 1), .number(Double(1 << 60))), (.integer(.max), .number(9223372036854775808)),
        (["a": 1], ["a": 1, "b": 1]), (["a": 1], ["b": 1]), (1.5, 1), (["e\u{301}": 1], ["\u{E9}": 1]),
    ]

    @Test("equal values are equal both ways and hash equally", arguments: equal)
    func equality(left: JSON, right: JSON) {
        #expect(left == right)
        #expect(right == left)
        #expect(left.hashValue == right.hashValue)
        #expect(Set([left, right]).count == 1)
    }

    @Test("different values are different both ways", arguments: different)
    func inequality(left: JSON, right: JSON) {
        #expect(left != right)
        #expect(right != left)
    }

    @Test("accessors give a value only for its own kind")
    func access() {
        let value: JSON = ["s": "t", "i": 3, "d": 2.5, "w": 4.0, "b": true, "n": nil, "a": [1, 2]]
        #expect(value["s"]?.stringValue == "t")
        #expect(value["i"]?.integerValue == 3)
        #expect(value["d"]?.integerValue == nil)
        #expect(value["w"]?.integerValue == 4)
        #expect(value["i"]?.numberValue == 3)
        #expect(value["b"]?.boolValue == true)
        #expect(value["i"]?.boolValue == nil)
        #expect(value["n"]?.isNull == true)
        #expect(value["a"]?[1] == 2)
        #expect(value["a"]?[2] == nil)
        #expect(value["a"]?[-1] == nil)
        #expect(value["absent"] == nil)
        #expect(value[0] == nil)
    }

    @Test(
        "reference tokens lead to members and elements",
        arguments: [
            ([], true), (["a", "0", "b"], true), (["a", "00"], false), (["a", "-"], false), (["a", "+0"], false),
            (["a", "1"], false), (["a", "99999999999999999999999999"], false), (["x/y"], true), (["o", "0"], true),
        ] as [([String], Bool)])
    func pointer(tokens: [String], exists: Bool) {
        let value: JSON = ["a": [["b": 1]], "x/y": 1, "o": ["0": 1]]
        #expect((value.value(at: tokens) != nil) == exists)
    }

    @Test("an object behaves as an ordered dictionary of every size", arguments: [1, 16, 17, 40])
    func object(count: Int) {
        var object = JSONObject()
        for number in 0..<count { object["k\(number)"] = .integer(Int64(number)) }
        #expect(object.count == count)
        object["k0"] = "replaced"
        #expect(object.keys.first == "k0")
        #expect(object["k0"] == "replaced")
        object["k0"] = nil
        object["absent"] = nil
        #expect(object.count == count - 1)
        for number in 1..<max(count, 1) { #expect(object["k\(number)"] == .integer(Int64(number))) }
        object["k0"] = 0
        #expect(object.keys.last == "k0")
        #expect(object == JSONObject(uniqueMembers: object.reversed()))
        #expect(object.hashValue == JSONObject(uniqueMembers: object.reversed()).hashValue)
    }

    @Test("a key given twice in code stops the program")
    func duplicateInCode() async {
        await #expect(processExitsWith: .failure) {
            _ = JSONObject(uniqueMembers: [("a", 1), ("a", 2)])
        }
    }
}
