import Diagnostics
import HTTPRules
import StrictJSON

/// One rule of a `connect` grant's `http`, before the call's arguments are known.
package struct HTTPRuleTemplate: Hashable, Sendable {
    /// Empty: every method.
    package var methods: [MethodName]
    /// Patterns, with arguments in them; empty: every path.
    package var paths: [Template]
    package var headers: [HeaderRule]
    /// Of the request's body; nil: as the profile's `traffic` allows.
    package var body: ByteCount?

    package init(
        methods: [MethodName] = [], paths: [Template] = [], headers: [HeaderRule] = [], body: ByteCount? = nil
    ) {
        self.methods = methods
        self.paths = paths
        self.headers = headers
        self.body = body
    }

    /// The rule of one call. An argument in a path stands for its own text: nothing in it is a star, a query or a code;
    /// its slashes part segments. A path with an argument that the call does not have is no path of the rule.
    ///
    /// - Throws: `TemplateError`; also if all its paths fell away, since a rule without any covers every path.
    package func resolved(arguments: JSON) throws(TemplateError) -> RequestRule {
        var patterns: [PathPattern] = []
        for path in paths { patterns += try path.pathPatterns(arguments: arguments) }
        guard paths.isEmpty || !patterns.isEmpty else {
            throw TemplateError(
                code: "template-value", message: "the call has no argument for any path of an `http` rule", remedy: nil)
        }
        return RequestRule(methods: methods, paths: patterns, headers: headers, mostBody: body?.bytes)
    }
}

extension Template {
    /// The patterns of paths that the template becomes with these arguments.
    package func pathPatterns(arguments: JSON) throws(TemplateError) -> [PathPattern] {
        var patterns: [PathPattern] = []
        for text in try expand(arguments: arguments, escaping: PathPattern.escaped) {
            do throws(PathRefusal) {
                patterns.append(try PathPattern(text))
            } catch {
                throw TemplateError(
                    code: "template-value",
                    message: "the path \(VisibleText.quoted(text)), with the arguments in it, \(error.reason)",
                    remedy: nil)
            }
        }
        return patterns
    }
}
