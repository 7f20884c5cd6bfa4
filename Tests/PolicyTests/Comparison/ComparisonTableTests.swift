import StrictJSON
import Testing

@testable import Manifests
@testable import Policy

/// One pair of intents, and how the second stands to the first.
struct Pair: Sendable, CustomTestStringConvertible {
    let name: String
    let first: String
    let second: String
    let relation: Relation
    /// What else the manifests say.
    let heads: (first: String, second: String)
    /// From the other side, where that is not the mirror: without a call that shows it, nothing is called wider.
    let mirror: Relation?

    init(
        _ name: String, _ first: String, _ second: String, _ relation: Relation, heads: (String, String) = ("", ""),
        mirror: Relation? = nil
    ) {
        self.name = name
        self.first = first
        self.second = second
        self.relation = relation
        self.heads = heads
        self.mirror = mirror
    }

    var testDescription: String { name }

    /// Of one argument of one tool.
    static func argument(
        _ name: String, _ tool: String, _ argument: String, _ first: String, _ second: String, _ relation: Relation,
        heads: (String, String) = ("", "")
    ) -> Pair {
        Pair(
            name, "- {allow: \(tool), args: {\(argument): \(first)}}",
            "- {allow: \(tool), args: {\(argument): \(second)}}", relation, heads: heads)
    }
}

@Suite("Two intents compare as the calls that they let through")
struct ComparisonTableTests {
    static let values: [Pair] = [
        .argument("the same value", "fs.write", "path", "{equals: a}", "{equals: a}", .equal),
        .argument("a value and a list of it", "fs.write", "path", "{equals: a}", "{oneOf: [a]}", .equal),
        .argument("numbers by value", "any", "n", "{equals: 1}", "{equals: 1.0}", .equal),
        .argument("another value", "fs.write", "path", "{equals: a}", "{equals: b}", .incomparable),
        .argument("one value less", "fs.write", "path", "{oneOf: [a, b]}", "{equals: b}", .narrower),
        .argument("one value more", "fs.write", "path", "{oneOf: [a, b]}", "{oneOf: [a, b, c]}", .wider),
        .argument(
            "all values that the schema has", "fs.write", "mode", "{oneOf: [create, replace]}",
            "{absent: false}", .equal),
        .argument(
            "a list and an expression for it", "pay.send", "currency", "{oneOf: [EUR, USD]}",
            "{matches: 'EUR|USD'}", .equal),
        .argument(
            "an expression for one more of an enumeration", "pay.send", "currency", "{oneOf: [EUR, USD]}",
            "{matches: '[A-Z]+'}", .wider),
        .argument("the same expression", "fs.write", "content", "{matches: 'a+'}", "{matches: 'a+'}", .equal),
        .argument(
            "a list within an expression", "fs.write", "path", "{matches: '[a-z]+'}", "{oneOf: [ab, cd]}",
            .narrower),
        .argument(
            "an expression beyond a list", "fs.write", "path", "{oneOf: [ab, cd]}", "{matches: '[a-z]+'}",
            .wider),
        .argument(
            "two expressions apart", "fs.write", "path", "{matches: '[a-z]+'}", "{matches: '[0-9]+'}",
            .incomparable),
        .argument(
            "two expressions that nobody compared", "fs.write", "path", "{matches: '[a-z]+'}",
            "{matches: '[a-z]{1,}'}", .unknown),
        .argument(
            "an expression in place of nothing", "fs.write", "path", "{absent: false}", "{matches: 'x+'}",
            .narrower),
        .argument("a value of another type", "any", "n", "{equals: '1'}", "{equals: 1}", .incomparable),
        .argument("an object as a value", "any", "o", "{equals: {a: 1, b: 2}}", "{equals: {b: 2, a: 1}}", .equal),
    ]

    static let ranges: [Pair] = [
        .argument("a greater maximum", "pay.send", "amount", "{max: 10}", "{max: 11}", .wider),
        .argument("a lesser maximum", "pay.send", "amount", "{max: 10}", "{max: 9.99}", .narrower),
        .argument("whole numbers end at the same one", "net.get", "depth", "{max: 3}", "{max: 3.9}", .equal),
        .argument("the schema's own maximum", "net.get", "depth", "{absent: false}", "{max: 9}", .equal),
        .argument("a minimum that the schema has", "pay.send", "amount", "{min: 0}", "{absent: false}", .equal),
        .argument("a window moved", "net.get", "depth", "{min: 1, max: 3}", "{min: 2, max: 4}", .incomparable),
        .argument("a window by its values", "net.get", "depth", "{min: 2, max: 4}", "{oneOf: [2, 3, 4]}", .equal),
        .argument(
            "a number beyond the doubles' whole ones", "any", "n", "{max: 9007199254740992}",
            "{max: 9007199254740993}", .wider),
        .argument("a shorter text", "fs.write", "content", "{length: {max: 100}}", "{length: {max: 99}}", .narrower),
        .argument(
            "a longer text than the schema has", "pay.send", "note", "{length: {max: 80}}", "{absent: false}",
            .equal),
        .argument("a list of more", "mail.send", "to", "{length: {max: 2}}", "{length: {max: 3}}", .wider),
        .argument(
            "elements of one more value", "mail.send", "to", "{each: {oneOf: [a@x.example]}}",
            "{each: {oneOf: [a@x.example, b@x.example]}}", .wider),
        .argument(
            "fewer elements of more values", "mail.send", "to", "{each: {equals: a}, length: {max: 3}}",
            "{each: {oneOf: [a, b]}, length: {max: 1}}", .incomparable),
        .argument(
            "one element alone", "mail.send", "to", "{each: {equals: a}, length: {max: 1}}", "{equals: [a]}",
            .equal),
        .argument(
            "elements under a folder within it", "any", "files", "{each: {under: [src]}}",
            "{each: {under: [src/lib]}}", .narrower),
    ]

    static let places: [Pair] = [
        .argument("a folder within", "fs.write", "path", "{under: [src]}", "{under: [src/lib]}", .narrower),
        .argument("a folder more", "fs.write", "path", "{under: [src]}", "{under: [src, docs]}", .wider),
        .argument(
            "a folder that another has within", "fs.write", "path", "{under: [src]}", "{under: [src, src/lib]}",
            .equal),
        .argument(
            "a name that only begins alike", "fs.write", "path", "{under: [src]}", "{under: [src-old]}",
            .incomparable),
        .argument("the workspace", "fs.write", "path", "{under: ['.']}", "{under: [src]}", .narrower),
        .argument(
            "the text of a path, wherever it leads", "fs.write", "path", "{under: [src], equals: src/a}",
            "{equals: src/a}", .wider),
        .argument("a host beneath", "net.get", "url", "{host: ['*.a.example']}", "{host: [w.a.example]}", .narrower),
        .argument(
            "a name itself is not beneath itself", "net.get", "url", "{host: ['*.a.example']}",
            "{host: [a.example]}", .incomparable),
        .argument(
            "a wildcard deeper", "net.get", "url", "{host: ['*.a.example', a.example]}",
            "{host: ['*.b.a.example', b.a.example]}", .narrower),
        .argument("a host more", "net.get", "url", "{host: [a.example]}", "{host: [a.example, b.example]}", .wider),
        .argument("a range within", "net.get", "url", "{cidr: [10.0.0.0/8]}", "{cidr: [10.1.0.0/16]}", .narrower),
        .argument(
            "two halves of a range", "net.get", "url", "{cidr: [10.0.0.0/8]}",
            "{cidr: [10.0.0.0/9, 10.128.0.0/9]}", .equal),
        .argument(
            "a range of the other family", "net.get", "url", "{cidr: [10.0.0.0/8]}", "{cidr: ['fd00::/8']}",
            .incomparable),
        .argument("any host in place of one", "net.get", "url", "{host: [a.example]}", "{absent: false}", .wider),
    ]

    static let rules: [Pair] = [
        Pair("nothing at all", "", "", .equal),
        Pair("a rule in place of nothing", "", "- allow: fs.write", .wider),
        Pair("an approval in place of an allowance", "- allow: fs.write", "- approve: fs.write", .narrower),
        Pair("an allowance in place of an approval", "- approve: fs.write", "- allow: fs.write", .wider),
        Pair("an approval in place of nothing", "", "- approve: pay.send", .wider),
        Pair(
            "an approval above an amount", "- {allow: pay.send}",
            "- {allow: pay.send}\n- {approve: pay.send, args: {amount: {min: 100}}}", .narrower),
        Pair(
            "a denial of a part", "- {allow: fs.write, args: {path: {under: [src]}}}",
            "- {allow: fs.write, args: {path: {under: [src]}}}\n- {deny: fs.write, args: {path: {under: [src/gen]}}}",
            .narrower),
        Pair(
            "a denial of what was never allowed", "- {allow: pay.send, args: {amount: {max: 10}}}",
            "- {allow: pay.send, args: {amount: {max: 10}}}\n- {deny: pay.send, args: {amount: {min: 11}}}", .equal),
        Pair(
            "a denial taken away", "- allow: fs.write\n- {deny: fs.write, args: {path: {equals: a}}}",
            "- allow: fs.write", .wider),
        Pair(
            "a denial says by exclusion what an allowance says", "- {allow: pay.send, args: {currency: {equals: EUR}}}",
            "- allow: pay.send\n- {deny: pay.send, args: {currency: {oneOf: [USD, CHF]}}}", .equal),
        Pair(
            "one rule in two", "- {allow: net.get, args: {depth: {min: 0, max: 9}}}",
            "- {allow: net.get, args: {depth: {max: 4}}}\n- {allow: net.get, args: {depth: {min: 5}}}", .equal),
        Pair(
            "two rules with a gap", "- {allow: net.get, args: {depth: {min: 0, max: 9}}}",
            "- {allow: net.get, args: {depth: {max: 4}}}\n- {allow: net.get, args: {depth: {min: 6}}}", .narrower),
        Pair(
            "a corner of two arguments", "- {allow: pay.send, args: {amount: {max: 10}, currency: {equals: EUR}}}",
            "- {allow: pay.send, args: {amount: {max: 20}, currency: {equals: EUR}}}", .wider),
        Pair(
            "an argument that must be absent", "- allow: fs.write",
            "- {allow: fs.write, args: {mode: {absent: true}}}", .narrower),
        Pair(
            "with and without an argument", "- allow: fs.write",
            "- {allow: fs.write, args: {mode: {absent: true}}}\n- {allow: fs.write, args: {mode: {absent: false}}}",
            .equal),
        Pair("a pattern for the tools that there are", "- allow: fs.write", "- allow: 'fs.*'", .equal),
        Pair("a rule's words", "- {allow: fs.write, reason: because}", "- allow: fs.write", .equal),
        Pair(
            "an approve rule that cannot be asked denies", "- {allow: any}",
            "- {allow: any}\n- {approve: any, args: {n: {min: 100}}}", .narrower),
        Pair(
            "a smaller budget", "- {allow: fs.write, budget: {calls: 5}}", "- {allow: fs.write, budget: {calls: 4}}",
            .narrower),
        Pair(
            "a greater budget", "- {allow: fs.write, budget: {calls: 5}}", "- {allow: fs.write, budget: {calls: 6}}",
            .wider),
        Pair("a budget taken away", "- {allow: fs.write, budget: {calls: 5}}", "- allow: fs.write", .wider),
        Pair(
            "the same rate in a longer window", "- {allow: fs.write, budget: {calls: 10, per: 1h}}",
            "- {allow: fs.write, budget: {calls: 5, per: 30m}}", .narrower),
        Pair(
            "a budget beside another", "- {allow: fs.write, budget: {calls: 5}}",
            "- {allow: fs.write, budget: {calls: 5}}\n- {allow: fs.write, budget: {calls: 2}}", .equal),
        Pair(
            "a budget that several rules share", "- {allow: pay.send, budget: {calls: 5}}",
            "- {allow: pay.send, args: {to: {equals: a}}, budget: {calls: 5}}\n"
                + "- {allow: pay.send, args: {to: {equals: b}}, budget: {calls: 5}}", .incomparable),
        Pair(
            "a budget that is more than the task has", "- {allow: fs.write, budget: {calls: 10}}",
            "- {allow: fs.write, budget: {calls: 20}}", .equal, heads: ("budget: {calls: 8}", "budget: {calls: 8}")),
    ]

    static let runs: [Pair] = [
        .argument(
            "one source less", "fs.write", "path", "{from: [inputs, {tool: any, at: /a}]}", "{from: inputs}",
            .narrower, heads: ("inputs: {path: given.txt}", "inputs: {path: given.txt}")),
        .argument(
            "one source more", "fs.write", "path", "{from: {tool: any, at: /a}}",
            "{from: [{tool: any, at: /a}, {tool: any, at: '/b/*'}]}", .wider),
        .argument(
            "another source", "fs.write", "path", "{from: {tool: any, at: /a}}", "{from: {tool: any, at: /b}}",
            .incomparable),
        .argument(
            "any source in place of one", "fs.write", "path", "{from: {tool: any, at: /a}}", "{absent: false}",
            .wider),
        .argument(
            "a source in place of a value", "fs.write", "path", "{equals: given.txt}", "{from: inputs}", .wider,
            heads: ("inputs: {path: given.txt, other: other.txt}", "inputs: {path: given.txt, other: other.txt}")),
        .argument(
            "a source of each element", "mail.send", "to", "{each: {from: {tool: any, at: /a}}}",
            "{absent: false}", .wider),
        Pair("only after another tool", "- allow: fs.write", "- {allow: fs.write, after: [any]}", .narrower),
        Pair(
            "after other tools than before", "- {allow: fs.write, after: [any]}",
            "- {allow: fs.write, after: [net.get]}", .incomparable),
        Pair(
            "no longer only before another tool", "- {allow: fs.write, before: [net.get]}", "- allow: fs.write",
            .wider),
        Pair(
            "a denial after a tool", "- allow: fs.write", "- allow: fs.write\n- {deny: fs.write, after: [net.get]}",
            .narrower),
        Pair(
            "a greater sum", "- {allow: pay.send, budget: {sum: args.amount, max: 100}}",
            "- {allow: pay.send, budget: {sum: args.amount, max: 101}}", .wider),
        Pair(
            "a sum within a maximum", "- {allow: pay.send, args: {amount: {max: 100}}}",
            "- {allow: pay.send, budget: {sum: args.amount, max: 100}}", .narrower),
        Pair(
            "a sum in a shorter time", "- {allow: pay.send, budget: {sum: args.amount, max: 100, per: 1h}}",
            "- {allow: pay.send, budget: {sum: args.amount, max: 50, per: 30m}}", .narrower),
        Pair(
            "fewer different values", "- {allow: pay.send, budget: {distinct: args.to, max: 3}}",
            "- {allow: pay.send, budget: {distinct: args.to, max: 2}}", .narrower),
        Pair(
            "more bytes", "- {allow: fs.write, budget: {bytes: 1MiB}}", "- {allow: fs.write, budget: {bytes: 2MiB}}",
            .wider),
        Pair(
            "a budget more", "- {allow: pay.send, budget: {calls: 5}}",
            "- {allow: pay.send, budget: [{calls: 5}, {sum: args.amount, max: 50}]}", .narrower),
        Pair(
            "a budget of another kind", "- {allow: pay.send, budget: {calls: 5}}",
            "- {allow: pay.send, budget: {sum: args.amount, max: 50}}", .incomparable),
        Pair(
            "what a budget cannot count is denied", "- {allow: any}",
            "- {allow: any}\n- {approve: any, args: {n: {min: 1000}}, budget: {sum: args.m, max: 5}}", .narrower),
        Pair(
            "a sum of the whole task", "- allow: pay.send", "- allow: pay.send", .narrower,
            heads: ("", "budget: {sum: args.amount, max: 100}")),
    ]

    static let conditions: [Pair] = [
        Pair(
            "the same condition", "- {allow: pay.send, when: 'args.amount < 9.0'}",
            "- {allow: pay.send, when: 'args.amount < 9.0', reason: x}", .equal),
        Pair("a condition more", "- allow: pay.send", "- {allow: pay.send, when: 'args.amount < 9.0'}", .narrower),
        Pair(
            "a condition that nobody can see through", "- allow: pay.send",
            "- {allow: pay.send, when: 'args.to.size() * 7 != 4321'}", .narrower, mirror: .unknown),
        Pair("a condition less", "- {allow: pay.send, when: 'args.amount < 9.0'}", "- allow: pay.send", .wider),
        Pair(
            "another condition", "- {allow: pay.send, when: 'args.amount < 9.0'}",
            "- {allow: pay.send, when: 'args.amount > 9.0'}", .incomparable),
        Pair(
            "a condition in other words", "- {allow: pay.send, when: 'args.amount < 9.0'}",
            "- {allow: pay.send, when: '9.0 > args.amount'}", .equal),
        Pair(
            "a condition in words that nobody compares", "- {allow: pay.send, when: 'args.to.startsWith(\"a\")'}",
            "- {allow: pay.send, when: 'args.to.matches(\"^a\")'}", .unknown),
        Pair(
            "a condition in another order, with blanks",
            "- {allow: pay.send, when: 'args.amount < 9.0 && args.to == \"a\"'}",
            "- {allow: pay.send, when: '(\"a\"==args.to)&&args.amount<9.0'}", .equal),
        Pair(
            "a conjunct more", "- {allow: pay.send, when: 'args.to.size() * 7 != 4321'}",
            "- {allow: pay.send, when: 'args.to.size() * 7 != 4321 && args.amount < 9.0'}", .narrower),
        Pair(
            "a conjunct more that nobody can see through", "- {allow: pay.send, when: 'args.amount < 9.0'}",
            "- {allow: pay.send, when: 'args.to.size() * 7 != 4321 && args.amount < 9.0'}", .narrower,
            mirror: .unknown),
        Pair(
            "an alternative less", "- {allow: pay.send, when: 'args.amount < 9.0 || args.to == \"a\"'}",
            "- {allow: pay.send, when: 'args.to == \"a\"'}", .narrower),
        Pair(
            "two rules for two alternatives", "- {allow: pay.send, when: 'args.amount < 9.0 || args.to == \"a\"'}",
            "- {allow: pay.send, when: 'args.amount < 9.0'}\n- {allow: pay.send, when: 'args.to == \"a\"'}", .narrower,
            mirror: .unknown),
        Pair(
            "an alternative distributed",
            "- {allow: pay.send, when: 'args.to != \"\" && (args.amount < 2.0 || args.amount > 5.0)'}",
            "- {allow: pay.send, when: 'args.amount > 5.0 && args.to != \"\" || args.to != \"\" && args.amount < 2.0'}",
            .equal),
        Pair(
            "a value of a list less", "- {allow: pay.send, when: 'args.to in [\"a\", \"b\", \"c\"]'}",
            "- {allow: pay.send, when: 'args.to in [\"c\", \"a\"]'}", .narrower),
        Pair(
            "a list and its values one by one", "- {allow: pay.send, when: 'args.to in [\"a\", \"b\"]'}",
            "- {allow: pay.send, when: 'args.to == \"b\" || \"a\" == args.to'}", .equal),
        Pair(
            "a negation inside out",
            "- {deny: pay.send, when: '!(args.to == \"a\" && args.amount < 9.0)'}\n- allow: pay.send",
            "- {deny: pay.send, when: 'args.to != \"a\" || !(args.amount < 9.0)'}\n- allow: pay.send", .equal),
        Pair(
            "a denial for one reason more", "- allow: pay.send\n- {deny: pay.send, when: 'args.to == \"eve\"'}",
            "- allow: pay.send\n- {deny: pay.send, when: 'args.to == \"eve\" || args.amount > 9.0'}", .narrower),
        Pair(
            "a budget over an alternative less",
            "- {allow: pay.send, when: 'args.amount < 9.0 || args.to == \"a\"', budget: {calls: 2}}",
            "- {allow: pay.send, when: 'args.to == \"a\"', budget: {calls: 2}}", .narrower),
        Pair(
            "a condition and a constraint more", "- {allow: pay.send, when: 'args.amount < 9.0'}",
            "- {allow: pay.send, when: 'args.amount < 9.0', args: {to: {equals: a}}}", .narrower),
        Pair(
            "a denial on a condition", "- allow: pay.send",
            "- allow: pay.send\n- {deny: pay.send, when: 'args.to == \"eve\"'}", .narrower),
        Pair(
            "a denial on a condition taken away",
            "- allow: pay.send\n- {deny: pay.send, when: 'args.to == \"eve\"'}", "- allow: pay.send", .wider),
        Pair(
            "the same condition over other inputs", "- {allow: pay.send, when: 'args.to == task.inputs.to'}",
            "- {allow: pay.send, when: 'args.to == task.inputs.to'}", .unknown,
            heads: ("inputs: {to: a}", "inputs: {to: b}")),
    ]

    static let approvals: [Pair] = [
        Pair(
            "the same terms", "- {approve: any, by: {role: lead, quorum: 2}}",
            "- {approve: any, by: {quorum: 2, role: lead}}",
            .equal),
        Pair("a smaller quorum", "- {approve: any, by: {quorum: 2}}", "- approve: any", .wider),
        Pair(
            "a lower assurance", "- {approve: any, by: {assurance: A3}}", "- {approve: any, by: {assurance: A2}}",
            .wider),
        Pair(
            "the least assurance there is", "- {approve: any, by: {role: lead}}",
            "- {approve: any, by: {role: lead, assurance: A1}}", .equal),
        Pair(
            "two people in other words", "- {approve: any, by: {assurance: A4}}",
            "- {approve: any, by: {assurance: A4, quorum: 2}}", .equal),
        Pair(
            "keys in place of people", "- {approve: any, by: {assurance: A4}}", "- {approve: any, by: {assurance: A3}}",
            .incomparable),
        Pair(
            "a longer use", "- {approve: any, by: {expires: 10m}}", "- {approve: any, by: {expires: 1h}}", .wider),
        Pair(
            "use without end", "- {approve: any, by: {expires: 10m}}", "- {approve: any, by: {assurance: A1}}", .wider),
        Pair(
            "another role", "- {approve: any, by: {role: lead}}", "- {approve: any, by: {role: ops}}", .incomparable),
        Pair(
            "a longer use by more people", "- {approve: any, by: {quorum: 1, expires: 10m}}",
            "- {approve: any, by: {quorum: 2, expires: 1h}}", .incomparable),
        Pair(
            "fewer people for a part", "- {approve: any, by: {quorum: 2}}",
            "- {approve: any, args: {n: {absent: true}}, by: {quorum: 2}}\n"
                + "- {approve: any, args: {n: {absent: false}}, by: {quorum: 1}}", .wider),
        Pair(
            "a second rule that asks for more of the same", "- {approve: any, by: {quorum: 2}}",
            "- {approve: any, by: {quorum: 2}}\n- {approve: any, args: {n: {min: 5}}, by: {quorum: 1, role: lead}}",
            .unknown),
        Pair(
            "no approval in place of one", "- {approve: any, by: {quorum: 2}}", "- allow: any", .wider),
    ]

    static let others: [Pair] = [
        Pair(
            "an argument that may be left out", "- {allow: fs.write, args: {mode: {equals: create}}}",
            "- {allow: fs.write, args: {mode: {equals: create, optional: true}}}", .wider),
        Pair(
            "two rules in one",
            "- {allow: fs.write, args: {mode: {equals: create}}}\n- {allow: fs.write, args: {mode: {absent: true}}}",
            "- {allow: fs.write, args: {mode: {equals: create, optional: true}}}", .equal),
        Pair(
            "left out where it is always there", "- {allow: fs.write, args: {path: {equals: a}}}",
            "- {allow: fs.write, args: {path: {equals: a, optional: true}}}", .equal),
        Pair(
            "an optional expression and a plain one", "- {allow: any, args: {a: {matches: 'x+', optional: true}}}",
            "- {allow: any, args: {a: {matches: 'x+'}}}", .narrower),
        Pair(
            "an optional source less",
            "- {allow: any, args: {a: {from: [inputs, {tool: net.get, at: /a}], optional: true}}}",
            "- {allow: any, args: {a: {from: inputs, optional: true}}}", .narrower,
            heads: ("inputs: {a: given}", "inputs: {a: given}")),
        Pair(
            "no other arguments", "- {allow: mail.send, args: {to: {absent: false}}}",
            "- {allow: mail.send, args: {to: {absent: false}}, otherArgs: absent}", .narrower),
        Pair(
            "no other arguments, one by one",
            "- {allow: fs.write, args: {path: {equals: a}, content: {absent: false}, mode: {absent: true}}}",
            "- {allow: fs.write, args: {path: {equals: a}, content: {absent: false}}, otherArgs: absent}", .equal),
        Pair(
            "an open schema has more arguments than it names",
            "- {allow: mail.send, args: {to: {absent: false}, body: {absent: true}, urgent: {absent: true}}}",
            "- {allow: mail.send, args: {to: {absent: false}}, otherArgs: absent}", .narrower),
        Pair(
            "one argument named", "- {allow: mail.send, args: {to: {absent: false}}, otherArgs: absent}",
            "- {allow: mail.send, args: {to: {absent: false}, cc: {equals: a, optional: true}}, otherArgs: absent}",
            .wider),
        Pair(
            "the schema's default is no other argument",
            "- {allow: pay.send, args: {to: {equals: a}, amount: {max: 5}, note: {absent: true}, currency: {equals: EUR}}}",
            "- {allow: pay.send, args: {to: {equals: a}, amount: {max: 5}}, otherArgs: absent}", .equal),
        Pair(
            "a condition names what it reads", "- {allow: mail.send, when: 'args.to.size() == 1', otherArgs: absent}",
            "- {allow: mail.send, args: {to: {absent: false}, body: {absent: true}}, when: 'args.to.size() == 1'}",
            .wider),
    ]

    static let tasks: [Pair] = [
        Pair(
            "fewer calls", "- allow: any", "- allow: any", .narrower,
            heads: ("budget: {calls: 9}", "budget: {calls: 8}")),
        Pair("an expiry", "- allow: any", "- allow: any", .narrower, heads: ("", "expires: 4h")),
        Pair("no expiry", "- allow: any", "- allow: any", .wider, heads: ("expires: 4h", "")),
        Pair(
            "a time by either word", "- allow: any", "- allow: any", .equal,
            heads: ("expires: 4h", "budget: {time: 4h}")),
        Pair(
            "a moment and a span", "- allow: any", "- allow: any", .incomparable,
            heads: ("expires: 4h", "expires: '2027-06-01T00:00:00Z'")),
        Pair(
            "a later review", "- allow: any", "- allow: any", .wider,
            heads: ("reviewBy: 2027-06-01", "reviewBy: 2027-07-01")),
        Pair(
            "more time and fewer calls", "- allow: any", "- allow: any", .incomparable,
            heads: ("budget: {calls: 9, time: 1h}", "budget: {calls: 8, time: 2h}")),
    ]

    @Test("By the values that they name", arguments: values)
    func byValues(_ pair: Pair) throws { try check(pair) }

    @Test("By ranges, lengths and elements", arguments: ranges)
    func byRanges(_ pair: Pair) throws { try check(pair) }

    @Test("By paths, hosts and addresses", arguments: places)
    func byPlaces(_ pair: Pair) throws { try check(pair) }

    @Test("By rules that work together, and their budgets", arguments: rules)
    func byRules(_ pair: Pair) throws { try check(pair) }

    @Test("By provenance, order and budgets of all kinds", arguments: runs)
    func byRuns(_ pair: Pair) throws { try check(pair) }

    @Test("By conditions", arguments: conditions)
    func byConditions(_ pair: Pair) throws { try check(pair) }

    @Test("By whose approval counts", arguments: approvals)
    func byApprovals(_ pair: Pair) throws { try check(pair) }

    @Test("By arguments that may, and that must, be left out", arguments: others)
    func byOthers(_ pair: Pair) throws { try check(pair) }

    @Test("By what the whole task has", arguments: tasks)
    func byTasks(_ pair: Pair) throws { try check(pair) }

    @Test("There are at least sixty pairs, and every relation is among them")
    func count() {
        let all = Self.values + Self.ranges + Self.places + Self.rules + Self.runs + Self.conditions + Self.tasks
        #expect(all.count >= 60)
        #expect(Set(all.map(\.relation)) == [.equal, .narrower, .wider, .incomparable, .unknown])
    }

    /// The relation, that it is the other way round from the other side, and that witnesses are what they say.
    private func check(_ pair: Pair) throws {
        let first = try ComparisonFixture.compile(pair.first, pair.heads.first)
        let second = try ComparisonFixture.compile(pair.second, pair.heads.second)
        let comparison = IntentComparison(first, second)
        let doubts = comparison.tools.compactMap(\.doubt)
        #expect(comparison.relation == pair.relation, "\(doubts) \(comparison.json().encodedString())")
        let back = IntentComparison(second, first)
        let mirrored: [Relation: Relation] = [.narrower: .wider, .wider: .narrower]
        #expect(
            back.relation == pair.mirror ?? mirrored[pair.relation] ?? pair.relation, "\(back.json().encodedString())")
        for tool in comparison.tools {
            #expect(
                (tool.gained != nil) == (tool.relation == .wider || tool.relation == .incomparable)
                    || tool.relation == .unknown)
            if let gained = tool.gained {
                #expect(gained.after.strictness < gained.before.strictness || gained.approvals != nil)
            }
            if let lost = tool.lost {
                #expect(lost.before.strictness < lost.after.strictness || lost.approvals != nil)
            }
        }
        #expect(IntentComparison(first, first).relation == .equal)
    }
}
