/// What became of the question whether an argument satisfies a constraint.
///
/// Not satisfied and not answerable are different things, and the line between them is what keeps a deny rule from
/// being dodged with a value that it cannot read:
///
/// - `fails`: the constraint understands the value, and the value lies outside. An argument that is absent fails every
///   constraint but `absent: true` and those that are `optional`: what is not there names nothing.
/// - `unsuited`: the value is of a kind of which the constraint says nothing, as `max` of a text or `cidr` of a host
///   name. An allow rule is then not satisfied, which is the safe side. In an approve or deny rule it is an error: to leave the rule out would let
///   the call through.
/// - `broken`: the value is of the right type and cannot be read: a host in octal, a path that leads nowhere. It is an
///   error in every rule, because whatever runs the call may read it as something else.
///
/// All constraints of a rule have to hold. One that fails settles that the rule does not match, whatever the others
/// would have said; else one error makes the rule an error, and that denies the call. So no order of constraints or
/// rules changes a decision.
enum Answer: Hashable, Sendable {
    case holds, fails, unsuited, broken

    /// The answer for several questions of which every one has to hold.
    func and(_ other: Answer) -> Answer {
        if self == .fails || other == .fails { return .fails }
        if self == .broken || other == .broken { return .broken }
        return self == .unsuited || other == .unsuited ? .unsuited : .holds
    }
}
