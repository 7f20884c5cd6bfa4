import Manifests
import StrictJSON

/// All values of one argument, in classes: two values are in one class if every constraint says the same of both.
///
/// A class is *real* if a value of it is known. Where it cannot be told whether some combination of answers has a value
/// (two regular expressions may or may not match a text in common), the class is there without one: what holds with it
/// holds, and what fails because of it is unknown.
struct ValueClasses: Sendable {
    /// Different ones only.
    let constraints: [CompiledConstraint]
    let classes: [ValueClass]
    /// Why there may be values in no class; nil if there are none.
    let gap: String?

    /// More classes of one argument than anybody writes by hand.
    static let maximumClasses = 20_000
    /// Constraints of one argument that are asked about each other's values. Well under a second.
    static let maximumQuestions = 1_000_000

    /// - Parameters:
    ///   - constraints: All that either intent asks of the argument, each once.
    ///   - isElement: True for the elements of an array, which are never absent.
    init(
        _ constraints: [CompiledConstraint], _ facts: SchemaFacts, tool: ToolName, at pointer: [String],
        isElement: Bool = false
    ) {
        var builder = ValueClassBuilder(constraints, facts, tool: tool, pointer: pointer)
        builder.addAll(isElement: isElement)
        self.constraints = constraints
        classes = builder.classes
        gap = builder.gap
    }

    /// The classes of which constraints hold together, by what they are to say.
    func set(_ indices: [Int], where matches: (Answer) -> Bool) -> ClassSet {
        ClassSet(classes.count) { number in
            matches(indices.reduce(.holds) { $0.and(classes[number].answers[$1]) })
        }
    }

    /// Classes of which a value is known.
    var real: ClassSet { ClassSet(classes.count) { !classes[$0].samples.isEmpty } }
}
