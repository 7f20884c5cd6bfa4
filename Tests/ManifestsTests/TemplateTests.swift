import StrictJSON
import Testing

@testable import Manifests

@Suite("Arguments become words of a command, and never more than that")
struct TemplateTests {
    static let expansions: [(template: String, arguments: JSON, words: [String])] = [
        ("plain", [:], ["plain"]),
        ("", [:], [""]),
        ("${args.a}", ["a": "x y; $(z)"], ["x y; $(z)"]),
        ("${args.a}", ["a": ""], [""]),
        ("${args.a}", [:], []),
        ("${args.a}", ["b": "x"], []),
        ("--to=${args.a}", [:], []),
        ("--to=${args.a}", ["a": "x"], ["--to=x"]),
        ("${args.a}:${args.b}", ["a": "x", "b": 1], ["x:1"]),
        ("${args.a}:${args.b}", ["a": "x"], []),
        ("${args.a.b}", ["a": ["b": true]], ["true"]),
        ("${args.a.b}", ["a": "x"], []),
        ("${args.a}", ["a": ["x", 1, false]], ["x", "1", "false"]),
        ("${args.a}", ["a": []], []),
        ("${args.a}", ["a": .integer(.min)], ["-9223372036854775808"]),
        ("${args.a}", ["a": 1e21], ["1e+21"]),
        ("${args.a}", ["a": 1.0], ["1"]),
        ("${args.a}", ["a": 0.1], ["0.1"]),
        ("$${args.a}", [:], ["${args.a}"]),
        ("$$${args.a}", [:], ["$${args.a}"]),
        ("a$b$$c$", [:], ["a$b$$c$"]),
        ("${args.a}", ["a": "${args.b}", "b": "no"], ["${args.b}"]),
        ("${args.a-b_1}", ["a-b_1": "x"], ["x"]),
    ]

    @Test("expansion", arguments: expansions)
    func expands(_ template: String, _ arguments: JSON, _ words: [String]) throws {
        #expect(try Template(parsing: template).expand(arguments: arguments) == words)
    }

    static let refusedTemplates = [
        ("${", 1), ("a${args", 2), ("${}", 1), ("${args}", 1), ("${args.}", 1), ("${args..a}", 1), ("${args.a.}", 1),
        ("${arg.a}", 1), ("xy ${env.HOME}", 4), ("${ args.a}", 1), ("${args.a b}", 1), ("${args.${args.a}}", 1),
        ("${args.a}${b}", 10), ("${args.é}", 1), ("${args[0]}", 1),
    ]

    @Test("what is no template is an error that names the character", arguments: refusedTemplates)
    func refused(_ text: String, _ character: Int) throws {
        let error = try #require(throws: TemplateError.self) { try Template(parsing: text) }
        #expect(error.code == "template-syntax")
        #expect(error.message.hasSuffix("at character \(character)"), "\(error.message)")
    }

    static let refusedValues: [(template: String, arguments: JSON)] = [
        ("${args.a}", ["a": nil]), ("${args.a}", ["a": ["b": 1]]), ("${args.a}", ["a": "x\0y"]),
        ("${args.a}", ["a": [["x"]]]), ("${args.a}", ["a": ["x", nil]]), ("${args.a}", ["a": ["\0"]]),
        ("-${args.a}", ["a": ["x"]]), ("-${args.a}", ["a": nil]),
    ]

    @Test("what has no text is an error", arguments: refusedValues)
    func refusedValue(_ template: String, _ arguments: JSON) throws {
        let template = try Template(parsing: template)
        #expect(throws: TemplateError.self) { try template.expand(arguments: arguments) }
    }

    static let commands: [(words: [String], arguments: JSON, result: [String]?)] = [
        (["git", "log", "${args.a}"], ["a": "HEAD"], ["git", "log", "HEAD"]),
        (["git", "log", "${args.a}"], ["a": "--output=/x"], nil),
        (["git", "log", "${args.a}"], ["a": "-"], nil),
        (["git", "log", "${args.a}"], ["a": "--"], nil),
        (["git", "log", "${args.a}"], ["a": -1], nil),
        (["git", "log", "${args.a}"], ["a": ["x", "-y"]], nil),
        (["git", "log", "${args.a}${args.b}"], ["a": "", "b": "-x"], nil),
        (["git", "log", "--", "${args.a}"], ["a": ["-x", "y"]], ["git", "log", "--", "-x", "y"]),
        (["git", "log", "${args.a}", "--"], ["a": "-x"], nil),
        (["git", "log", "--max-count=${args.a}"], ["a": -1], ["git", "log", "--max-count=-1"]),
        (["git", "${args.dashes}", "${args.a}"], ["dashes": "--", "a": "-x"], nil),
        (["git", "-n", "${args.a}"], [:], ["git", "-n"]),
    ]

    @Test("an argument becomes an option only behind the author's own `--`", arguments: commands)
    func options(_ words: [String], _ arguments: JSON, _ result: [String]?) throws {
        var templates: [Template] = []
        for word in words { templates.append(try Template(parsing: word)) }
        guard let result else {
            let error = try #require(throws: TemplateError.self) { try Command.expand(templates, arguments: arguments) }
            #expect(error.code == "template-option")
            return
        }
        #expect(try Command.expand(templates, arguments: arguments) == result)
    }
}
